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
  objects: { series: { kind: () => SERIES_LIST, find: (on) => on } },
};

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
  },
  gives: { getCount: ({ chart }) => chart.series.length },
  items: { kind: () => SERIES, list: (on) => on.chart.series.map((series) => ({ ...on, series })) },
};

function change(on: SeriesOn, key: keyof Series, value: string, model: WorkbookModel): void {
  if (on.sheet.protection.protected) fail("AccessDenied", `Diagrammen på ${on.sheet.name} är skyddade.`);
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
    setValues: (on, [range]: [On], model) => change(on, "values", absolute(range), model),
    setXAxisValues: (on, [range]: [On], model) => change(on, "labels", absolute(range), model),
  },
  gives: {
    getDimensionDataSourceString: ({ series }, [dimension]: [string]) =>
      dimension === "Values" ? series.values : series.labels,
  },
};

