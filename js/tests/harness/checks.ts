// What the kernel would say of a form, for the harness.
import { preserveCheck } from "./preserve";
import { toys } from "./toys";

const EVENTS = toys();
const MEASURED =
  "All columns of this dataset are measured: nobody without a detector can use this surrogate. Under Observables, add some of generated particles, such as genfatjet0.mass, for cuts and plots only; then train and score again.";

export function check(panel: string, values: Record<string, unknown>): unknown {
  const none = { code: null, target: null, notes: {} };
  if (panel === "processes") {
    if (!values.process)
      return {
        ...none,
        errors: {
          process: "write a process, such as p p > z z, or take one of the examples on the right",
          name: "give the run a short name, such as zz",
        },
      };
    if (/[^a-z0-9 ~+\->]/.test(String(values.process)))
      return { ...none, errors: { process: "unknown particle 'zq'; near names: z, q, h" } };
    const decays = (values.decays as string[]).map((text) => `"${text}"`).join(", ");
    const code = `${values.name} = hml.generate("${values.process}", decays=[${decays}], settings={"pt_min_pdg": {23: 200}}, events=${values.events}, seed=${values.seed}, path="study/runs/${values.name}")\n${values.name}`;
    return {
      code,
      target: values.name,
      errors: {},
      notes: { events: "2 000 events make a first look" },
      estimate: "about 40 s on 2 cores",
      reads: "two protons give Z Z; one Z to two jets, the other to two neutrinos",
    };
  }
  if (panel === "preserve") return preserveCheck(values);
  if (panel === "observables") {
    const left = EVENTS.map((toy, at) => ({
      label: toy.label,
      n: [1432, 1610][at],
      of: 2000,
      train: 859,
      validation: 286,
      test: 287,
    }));
    if (!(values.signal as string[]).length)
      return {
        ...none,
        left,
        errors: {
          signal:
            "choose which processes are signal: at least one is; methods learn only where another one is not",
        },
      };
    const names = (values.observables as string[]).map((text) => `"${text}"`).join(", ");
    return {
      code: `${values.name} = hml.build_dataset({"zz": zz, "qcd": qcd}, hml.Set([${names}]), signal="zz", require="${values.require}", split=(${values.split}), seed=${values.seed}, path="study/data/${values.name}")\n${values.name}`,
      target: values.name,
      errors: {},
      notes: {},
      left,
      replaces: true,
      rows: values.per ? "jets" : "events",
      bad: {},
    };
  }
  const options = values.options as Record<string, string>;
  if (options.learning_rate && !(Number(options.learning_rate) > 0))
    return { ...none, errors: { learning_rate: "learning_rate must be above 0" } };
  return {
    code: `${values.name} = hml.train(hml.${values.method}(), ${values.dataset}, seed=${values.seed}, path="study/models/${values.name}")\n${values.name}`,
    target: values.name,
    errors: {},
    notes: (options.inputs ?? "").includes("\nmet") ? { inputs: MEASURED } : {},
  };
}
