/** In the pane's frame: the fake host of the page around it stands where office.js stands in Excel. */

const host = (window.parent as Window & { ramkollDemo?: { globals: object } }).ramkollDemo;
if (host) Object.assign(globalThis, host.globals);
