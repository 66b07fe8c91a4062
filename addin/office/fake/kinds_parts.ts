/** Tables and charts of a sheet. */

import { columnsIn, overlap, parseArea } from "./address";
import type { Kind } from "./context";
import { fail } from "./context";
import { WORKSHEET, absolute } from "./kinds_book";
import type { On } from "./kinds_range";
import { RANGE, on } from "./kinds_range";
import type { Chart, Series, SheetModel, Table, WorkbookModel } from "./model";

interface TableOn {
  readonly sheet: SheetModel;
  readonly table: Table;
}

function tablesOn(sheets: SheetModel[]): TableOn[] {
  return sheets.flatMap((sheet) => sheet.tables.map((table) => ({ sheet, table })));
}

function tableNamed(sheets: SheetModel[], [key]: [string]): TableOn | null {
  const same = ({ table }: TableOn): boolean =>
    table.name.toLowerCase() === key.toLowerCase() || table.id === key;
  return tablesOn(sheets).find(same) ?? null;
}

export const TABLES: Kind<Excel.TableCollection, SheetModel[]> = {
  name: "TableCollection",
  finds: {
    getItem: { kind: () => TABLE, find: tableNamed },
    getItemOrNullObject: { kind: () => TABLE, find: tableNamed },
  },
  gives: { getCount: (sheets) => tablesOn(sheets).length },
  items: { kind: () => TABLE, list: tablesOn },
};

function whole({ sheet, table }: TableOn, model: WorkbookModel): On {
  return on(sheet, table.address, model);
}

const TABLE: Kind<Excel.Table, TableOn> = {
  name: "Table",
  scalars: {
    id: { get: ({ table }) => table.id },
    name: { get: ({ table }) => table.name },
  },
  finds: {
    getRange: { kind: () => RANGE, find: whole },
    getHeaderRowRange: {
      kind: () => RANGE,
      find: (one, _, model): On => {
        const { sheet, area } = whole(one, model);
        return { sheet, area: { ...area, bottom: area.top } };
      },
    },
    getDataBodyRange: {
      kind: () => RANGE,
      find: (one, _, model): On => {
        const { sheet, area } = whole(one, model);
        return { sheet, area: { ...area, top: area.top + 1 } };
      },
    },
  },
  objects: { worksheet: { kind: () => WORKSHEET, find: ({ sheet }) => sheet } },
  does: {
    resize: ({ sheet, table }, [to]: [On | string], model) => {
      const next = typeof to === "string" ? on(sheet, to, model) : to;
      const now = parseArea(table.address);
      if (sheet.protection.protected) fail("AccessDenied", `Bladet ${sheet.name} är skyddat.`);
      if (next.sheet !== sheet || !now) fail("InvalidArgument", "Tabellen ligger på ett annat blad.");
      const sameTop = next.area.top === now.top && overlap(next.area, now) !== null;
      if (!sameTop || next.area.bottom === next.area.top || columnsIn(next.area) < 1) {
        fail("InvalidArgument", "Rubrikraden måste ligga kvar och ha minst en rad under sig.");
      }
      const address = absolute(next).split("!").at(-1) ?? "";
      model.assign(table, "address", address.replaceAll("$", ""));
    },
  },
};

interface ChartOn {
  readonly sheet: SheetModel;
  readonly chart: Chart;
}

function chartNamed(sheet: SheetModel, [name]: [string]): ChartOn | null {
  const chart = sheet.charts.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return chart ? { sheet, chart } : null;
}

function chartAt(sheet: SheetModel, [n]: [number]): ChartOn {
  const chart = sheet.charts[n];
  return chart ? { sheet, chart } : fail("InvalidArgument", "Så många diagram finns inte.");
}

export const CHARTS: Kind<Excel.ChartCollection, SheetModel> = {
  name: "ChartCollection",
  finds: {
    getItem: { kind: () => CHART, find: chartNamed },
    getItemOrNullObject: { kind: () => CHART, find: chartNamed },
    getItemAt: { kind: () => CHART, find: chartAt },
  },
  gives: { getCount: (sheet) => sheet.charts.length },
  items: { kind: () => CHART, list: (sheet) => sheet.charts.map((chart) => ({ sheet, chart })) },
};

const CHART: Kind<Excel.Chart, ChartOn> = {
  name: "Chart",
  scalars: { name: { get: ({ chart }) => chart.name } },
  objects: {
    series: { kind: () => SERIES_LIST, find: (on) => on },
    title: { kind: () => CHART_TITLE, find: (on) => on },
  },
  does: {
    setPosition: (on, [start]: [On | string], model) => {
      mayDraw(on);
      const cell = typeof start === "string" ? start : absolute(start).split("!").at(-1);
      model.assign(on.chart, "position", (cell ?? "").replaceAll("$", ""));
    },
    delete: (on, _, model) => {
      mayDraw(on);
      model.assign(on.sheet, "charts", on.sheet.charts.filter((one) => one !== on.chart));
    },
  },
};

const CHART_TITLE: Kind<Excel.ChartTitle, ChartOn> = {
  name: "ChartTitle",
  scalars: {
    text: {
      get: ({ chart }) => chart.title ?? "",
      set: (on, value, model) => {
        mayDraw(on);
        model.assign(on.chart, "title", String(value));
      },
    },
  },
};

function mayDraw({ sheet }: ChartOn): void {
  if (sheet.protection.protected) fail("AccessDenied", `Diagrammen på ${sheet.name} är skyddade.`);
}

interface SeriesOn extends ChartOn {
  readonly series: Series;
}

const SERIES_LIST: Kind<Excel.ChartSeriesCollection, ChartOn> = {
  name: "ChartSeriesCollection",
  finds: {
    getItemAt: {
      kind: () => SERIES,
      find: (on, [n]: [number]): SeriesOn => {
        const series = on.chart.series[n];
        return series ? { ...on, series } : fail("InvalidArgument", "Så många serier finns inte.");
      },
    },
    add: {
      kind: () => SERIES,
      find: (on, [name = ""]: [string?], model): SeriesOn => {
        mayDraw(on);
        const series = { name, labels: "", values: "" };
        model.assign(on.chart, "series", [...on.chart.series, series]);
        return { ...on, series };
      },
    },
  },
  scalars: { count: { get: ({ chart }) => chart.series.length } },
  gives: { getCount: ({ chart }) => chart.series.length },
  items: { kind: () => SERIES, list: (on) => on.chart.series.map((series) => ({ ...on, series })) },
};

function change(on: SeriesOn, key: keyof Series, value: string, model: WorkbookModel): void {
  mayDraw(on);
  model.assign(on.series, key, value);
}

const SERIES: Kind<Excel.ChartSeries, SeriesOn> = {
  name: "ChartSeries",
  scalars: {
    name: {
      get: ({ series }) => series.name,
      set: (on, value, model) => change(on, "name", String(value), model),
    },
  },
  does: {
    delete: (on, _, model) => {
      mayDraw(on);
      model.assign(on.chart, "series", on.chart.series.filter((one) => one !== on.series));
    },
    setValues: (on, [range]: [On], model) => change(on, "values", absolute(range), model),
    setXAxisValues: (on, [range]: [On], model) => change(on, "labels", absolute(range), model),
  },
  gives: {
    getDimensionDataSourceString: ({ series }, [dimension]: [string]) =>
      dimension === "Values" ? series.values : series.labels,
  },
};

