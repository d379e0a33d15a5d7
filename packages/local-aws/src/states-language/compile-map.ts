import { compileOutcome } from './compile-outcome.ts';
import { compileRecovering } from './compile-recovery.ts';
import type { Source } from './compile-state.ts';
import { DefinitionFields, describe } from './definition-fields.ts';
import type { Distributed, MapState, Outcome } from './state-machine.ts';

const BEFORE = ['input', 'context'] as const;
const AFTER = ['input', 'result', 'context'] as const;
const MOST = 99_999_999;

/**
 * Compiles a Map, inline or distributed. Where its items come from S3 or go there, batches and labels are not implemented, and refused by name.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function compileMap(name: string, { fields, compileFlow }: Source): MapState {
  const processor = new DefinitionFields(fields.take('ItemProcessor'), fields.place('ItemProcessor'));
  processor.text('Comment');
  const isDistributed = compileMode(processor);
  const flow = compileFlow(processor, name);
  processor.refuseOthers();
  const items = fields.template('Items', BEFORE);
  if (items !== undefined && items.kind !== 'expression' && items.kind !== 'list') {
    throw fields.wrong('Items', 'a list, or {% an expression %} that gives one, is needed');
  }
  const bounds = { least: 0, most: MOST };
  const unlimited = { template: { kind: 'literal', value: 0 }, field: 'MaxConcurrency', ...bounds } as const;
  const distributed = isDistributed ? compileTolerance(fields) : undefined;
  return {
    type: 'Map',
    name,
    items,
    processor: flow,
    distributed,
    itemSelector: fields.template('ItemSelector', BEFORE),
    maxConcurrency: fields.integer('MaxConcurrency', bounds, BEFORE) ?? unlimited,
    outcome: compileMapOutcome(fields, distributed),
    ...compileRecovering(fields),
  };
}

/** Whether the Map is distributed: then its ExecutionType must be given, and only STANDARD is implemented. */
function compileMode(processor: DefinitionFields): boolean {
  const config = processor.take('ProcessorConfig');
  if (config === undefined) return false;
  const inside = new DefinitionFields(config, processor.place('ProcessorConfig'));
  const mode = inside.text('Mode') ?? 'INLINE';
  if (mode !== 'INLINE' && mode !== 'DISTRIBUTED')
    throw inside.wrong('Mode', `got ${describe(mode)}, INLINE or DISTRIBUTED is needed`);
  if (mode === 'DISTRIBUTED') {
    const type = inside.requiredText('ExecutionType');
    if (type !== 'STANDARD')
      throw inside.wrong('ExecutionType', `got ${describe(type)}, only STANDARD is implemented`);
  }
  inside.refuseOthers();
  return mode === 'DISTRIBUTED';
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/maprun-fail-threshold.html */
function compileTolerance(fields: DefinitionFields): Distributed {
  return {
    toleratedFailureCount: fields.integer('ToleratedFailureCount', { least: 0, most: MOST }, BEFORE),
    toleratedFailurePercentage: fields.integer('ToleratedFailurePercentage', { least: 0, most: 100 }, BEFORE),
  };
}

/**
 * AWS does not say what stands in the result for an item whose failure is tolerated: who tolerates any may not read it.
 */
function compileMapOutcome(fields: DefinitionFields, distributed: Distributed | undefined): Outcome {
  const { toleratedFailureCount, toleratedFailurePercentage } = distributed ?? {};
  if (toleratedFailureCount === undefined && toleratedFailurePercentage === undefined)
    return compileOutcome(fields, AFTER);
  if (fields.take('Output') === undefined)
    throw fields.wrong(
      'Output',
      'is missing: what the result holds of items that failed is not documented; say what goes on, without $states.result',
    );
  return compileOutcome(fields, BEFORE);
}
