/** In the pane's frame: the fake host of the page around it stands where office.js stands in Excel. */

const host = (window.parent as Window & { ramkollDemo?: { globals: object } }).ramkollDemo;
if (host) Object.assign(globalThis, host.globals);

// The pane looks for Office as soon as it is read, so it is read only now.
await import("../src/main");

export {};
