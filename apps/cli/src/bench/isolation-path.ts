import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A state of the definition, as far as a path through it needs. */
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Branches?: readonly Machine[];
}

/** A machine, or a branch of one. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** One state on the way, by name and type. */
export interface Passed {
  readonly name: string;
  readonly type: string;
}

const waysOn = ({ Next, Default, Choices = [] }: State): readonly string[] =>
  [Next, Default, ...Choices.map((choice) => choice.Next)].filter((name) => name !== undefined);

/** The shortest way to a state without failures: the states entered, the last included. Undefined when there is none. */
export const wayTo = (machine: Machine, target: string): readonly Passed[] | undefined => {
  const seen = new Set<string>();
  let ways: readonly { readonly name: string; readonly before: readonly Passed[] }[] = [
    { name: machine.StartAt, before: [] },
  ];
  while (ways.length > 0) {
    const further: { readonly name: string; readonly before: readonly Passed[] }[] = [];
    for (const { name, before } of ways) {
      const state = machine.States[name];
      if (state === undefined || seen.has(name)) continue;
      seen.add(name);
      const passed = [...before, { name, type: state.Type }];
      if (name === target) return passed;
      const inside = (state.Branches ?? [])
        .map((branch) => wayTo(branch, target))
        .find((way) => way !== undefined);
      if (inside !== undefined) return [...passed, ...inside];
      further.push(...waysOn(state).map((next) => ({ name: next, before: passed })));
    }
    ways = further;
  }
  return undefined;
};

const TEMPLATE = 'apps/security-account/cdk.out/CordonSecurityHome.template.json';
const ROOT = resolve(import.meta.dirname, '../../../..');

const isStateMachine = (
  resource: unknown,
): resource is {
  readonly Properties: {
    readonly DefinitionString: { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  };
} =>
  typeof resource === 'object' &&
  resource !== null &&
  'Type' in resource &&
  resource.Type === 'AWS::StepFunctions::StateMachine';

/** The workflow as it is deployed: its definition out of the synthesized template, references left blank. */
export const deployedWorkflow = (): Machine => {
  const template = JSON.parse(readFileSync(join(ROOT, TEMPLATE), 'utf8')) as {
    readonly Resources: Readonly<Record<string, unknown>>;
  };
  const machine = Object.values(template.Resources).find(isStateMachine);
  if (machine === undefined) throw new Error(`${TEMPLATE} holds no state machine: run \`pnpm build\``);
  const [, parts] = machine.Properties.DefinitionString['Fn::Join'];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : '')).join('')) as Machine;
};
