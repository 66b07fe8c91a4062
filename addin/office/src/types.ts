/** Short names of what goes over the wire; the types themselves are generated in wire.d.ts. */
import type { components } from "./wire";

type Schemas = components["schemas"];

export type Raw = number | string | boolean | null;
export type Arguments = Record<string, Raw>;
export type Snapshot = Schemas["Snapshot"];
export type SheetSnapshot = Schemas["SheetSnapshot"];
export type Answer = Schemas["Answer"];
export type Action = Answer["actions"][number];
export type Look = Schemas["Look"];
export type JobState = Schemas["JobState"];
export type DeskState = Schemas["DeskState"];
export type CommandInfo = Schemas["CommandInfo"];
export type WireError = Schemas["Error"];
export type Result = Schemas["Result"];
export type View = Result["view"];
export type Place = Schemas["Place"];
export type Figure = Schemas["Figure"];
export type FindingRow = Schemas["FindingRow"];
export type AcknowledgedRow = Schemas["AcknowledgedRow"];
export type FindingsView = Schemas["FindingsView"];
export type CommentsView = Schemas["CommentsView"];
export type ForecastView = Schemas["ForecastView"];
export type ChangeRow = Schemas["ChangeRow"];
export type ChangesView = Schemas["ChangesView"];
export type UnitRow = Schemas["UnitRow"];
export type UnitsView = Schemas["UnitsView"];
export type TiesView = Schemas["TiesView"];
export type TraceNode = Schemas["TraceNode"];
export type TraceView = Schemas["TraceView"];
export type ReportView = Schemas["ReportView"];
export type Severity = FindingRow["severity"];
