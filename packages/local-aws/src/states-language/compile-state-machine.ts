import { compileState } from './compile-state.ts';
import type { CompileFlow } from './compile-state.ts';
import { DefinitionError } from './definition-error.ts';
import { DefinitionFields, describe } from './definition-fields.ts';
import { isRecord } from './json-value.ts';
import type { Flow, State, StateMachine } from './state-machine.ts';

const TOP = 'state machine';

/**
 * Compiles a definition in Amazon States Language (JSONata only). Every expression is parsed here, once.
 * Throws a DefinitionError, which names the state and the field, for each field that is not implemented and each rule that is broken:
 * dangling or unreachable states, repeated state names, inner variables with an outer name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
export function compileStateMachine(definition: unknown): StateMachine {
  const fields = new DefinitionFields(definition, { state: TOP, field: '' });
  const comment = fields.text('Comment');
  const language = fields.text('QueryLanguage');
  if (language !== 'JSONata')
    throw fields.wrong('QueryLanguage', `got ${describe(language)}, 'JSONata' is needed`);
  const version = fields.text('Version') ?? '1.0';
  if (version !== '1.0') throw fields.wrong('Version', `got ${describe(version)}, '1.0' is needed`);
  const timeoutSeconds = fields.number('TimeoutSeconds', { least: 1, most: 99_999_999 });
  const flow = flowCompiler()(fields, TOP);
  fields.refuseOthers();
  checkVariableNames(flow, new Set());
  checkNesting(flow, undefined);
  return { comment, flow, timeoutSeconds };
}

/** Compiles flows of one machine, in which no two states have one name. */
function flowCompiler(): CompileFlow {
  const taken = new Set<string>();
  const compileFlow: CompileFlow = (fields, owner) => {
    const startAt = fields.requiredText('StartAt');
    const definitions = fields.take('States');
    if (!isRecord(definitions))
      throw fields.wrong('States', `got ${describe(definitions)}, an object of states is needed`);
    const states = new Map<string, State>();
    for (const [name, definition] of Object.entries(definitions)) {
      checkStateName(name, taken);
      states.set(name, compileState(name, definition, compileFlow));
    }
    if (!states.has(startAt)) throw fields.wrong('StartAt', `there is no state '${startAt}' in ${owner}`);
    const flow = { startAt, states };
    checkReachability(flow);
    return flow;
  };
  return compileFlow;
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html (80 characters, unique in the machine) */
function checkStateName(name: string, taken: Set<string>): void {
  const place = { state: name, field: 'name' };
  if (name.length === 0 || name.length > 80)
    throw new DefinitionError(place, `has ${name.length} characters, 1 to 80 are allowed`);
  if (taken.has(name))
    throw new DefinitionError(place, 'is used twice; names are unique in the whole state machine');
  taken.add(name);
}

function checkReachability({ startAt, states }: Flow): void {
  const reached = new Set<string>([startAt]);
  for (const name of reached) {
    const state = states.get(name);
    for (const target of state ? targets(state) : []) {
      if (!states.has(target))
        throw new DefinitionError({ state: name, field: 'Next' }, `there is no state '${target}' beside it`);
      reached.add(target);
    }
  }
  for (const name of states.keys()) {
    if (!reached.has(name))
      throw new DefinitionError({ state: name, field: 'name' }, 'is not reachable; remove it or lead to it');
  }
}

function targets(state: State): readonly string[] {
  const next = 'next' in state && state.next !== undefined ? [state.next] : [];
  const caught = 'catch' in state ? state.catch.map((catcher) => catcher.next) : [];
  const chosen = state.type === 'Choice' ? state.choices.map((rule) => rule.next) : [];
  const fallback = state.type === 'Choice' && state.default !== undefined ? [state.default] : [];
  return [...next, ...caught, ...chosen, ...fallback];
}

/**
 * Inner flows may not assign what any outer flow assigns.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
function checkVariableNames(flow: Flow, outer: ReadonlySet<string>): void {
  const visible = new Set(outer);
  for (const state of flow.states.values()) {
    for (const name of assignedNames(state)) {
      if (outer.has(name)) {
        throw new DefinitionError(
          { state: state.name, field: `Assign.${name}` },
          'an outer state assigns this name; choose another',
        );
      }
      visible.add(name);
    }
  }
  for (const state of flow.states.values()) {
    for (const inner of innerFlows(state)) checkVariableNames(inner, visible);
  }
}

function assignedNames(state: State): readonly string[] {
  if (state.type === 'Fail') return [];
  const rules = state.type === 'Choice' ? state.choices : [];
  const catchers = 'catch' in state ? state.catch : [];
  return [state, ...rules, ...catchers].flatMap(({ outcome }) => outcome.assign.map(([name]) => name));
}

function innerFlows(state: State): readonly Flow[] {
  if (state.type === 'Parallel') return state.branches;
  return state.type === 'Map' ? [state.processor] : [];
}

/**
 * AWS documents a distributed Map at the top, in a branch and within another distributed one; what becomes of one within an inline Map it
 * does not say, so that it is refused.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
function checkNesting(flow: Flow, inline: string | undefined): void {
  for (const state of flow.states.values()) {
    const isDistributed = state.type === 'Map' && state.distributed !== undefined;
    if (isDistributed && inline !== undefined)
      throw new DefinitionError(
        { state: state.name, field: 'ItemProcessor.ProcessorConfig.Mode' },
        `DISTRIBUTED within the inline Map '${inline}' is not implemented; make that one distributed too`,
      );
    const within = state.type !== 'Map' ? inline : isDistributed ? undefined : state.name;
    for (const inner of innerFlows(state)) checkNesting(inner, within);
  }
}
