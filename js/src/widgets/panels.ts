import type { PanelName } from "../shared/state";
import { CutsPanel } from "./cuts";
import { ObservablesPanel } from "./observables";
import type { Bench, Panel } from "./panel";
import { PreservePanel } from "./preserve";
import { ProcessesPanel } from "./processes";
import { RecordPanel } from "./record";
import { TrainingPanel } from "./training";

/** The tabs, from left to right. */
export const PANELS: Record<PanelName, { title: string; make: new (bench: Bench) => Panel }> = {
  processes: { title: "Processes", make: ProcessesPanel },
  observables: { title: "Observables", make: ObservablesPanel },
  cuts: { title: "Cuts", make: CutsPanel },
  training: { title: "Training", make: TrainingPanel },
  preserve: { title: "Preserve", make: PreservePanel },
  record: { title: "Record", make: RecordPanel },
};
export const NAMES = Object.keys(PANELS) as PanelName[];
