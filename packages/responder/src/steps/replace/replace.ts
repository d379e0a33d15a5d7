import {
  enterReplacing,
  registrationsOf,
  REPLACING_RECHECK_SECONDS,
  replacingIsOver,
  stepsOf,
  stepsToDo,
  type LaunchSpec,
  type ReplaceInput,
  type ReplaceOutput,
  type ReplacingState,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../../aws/classify.ts';
import { instant, type Services } from '../../services.ts';
import { readIncident } from '../../store/incident-table.ts';
import { rowOf, saveOutcomes } from '../../store/journal-rows.ts';
import { keepLaunched, replacementOf } from '../../store/replacement-rows.ts';
import { attempt, NotDone, type Done } from '../attempt.ts';
import { launchReplacement, readReplacement } from './launch.ts';
import { prepare } from './prepare.ts';
import { registerReplacement } from './register.ts';

/** What one call works with. */
interface Work {
  readonly input: ReplaceInput;
  readonly step: StepOf<'launch-replacement'>;
  readonly spec: LaunchSpec;
  readonly services: Services;
}

/** Still under way, or over with a word on what was done. */
type Led = { readonly replacing: ReplacingState } | { readonly done: Done };

const wait = (replacing: ReplacingState): Led => ({ replacing });

const ENDED = new Set(['shutting-down', 'terminated', 'stopping', 'stopped']);

/** Nothing is launched before containment was read back: until then the attacker may still be at work in the account. */
const afterContainment = async ({ input, services }: Work, replacing: ReplacingState): Promise<Led> => {
  const { record } = await readIncident(services, input.incident.incidentId);
  if (record?.containedAt !== undefined) return wait(enterReplacing('launch', instant(services)));
  if (replacingIsOver(replacing, services.now()))
    throw new NotDone('none is launched: the instance was not read back as contained in time');
  return wait(replacing);
};

const launch = async ({ input, spec, services }: Work): Promise<Led> => {
  const { incident } = input;
  const id = await launchReplacement(incident, spec, services);
  await keepLaunched(services, incident.incidentId, id);
  return wait(enterReplacing('running', instant(services), id));
};

const register = async (work: Work, replacementId: string, newIp: string | undefined): Promise<Done> => {
  const { input, spec, services } = work;
  const { incident } = input;
  const { found } = replacementOf((await readIncident(services, incident.incidentId)).rows);
  const { registrations, cannot } = registrationsOf(found, {
    formerId: incident.instanceId,
    newId: replacementId,
    ...(spec.formerIp === undefined ? {} : { formerIp: spec.formerIp }),
    ...(newIp === undefined ? {} : { newIp }),
  });
  const failed = await registerReplacement(incident, registrations, { replacementId, services });
  const said = `${replacementId} runs in its place, launched again from ${spec.imageId}${
    spec.template === undefined ? '' : ` by version ${spec.template.version} of ${spec.template.id}`
  }, and is registered with ${registrations.length - failed.length} of the ${registrations.length + cannot} target group(s) and classic balancer(s) that the instance left`;
  if (failed.length > 0) throw new NotDone(`${said}; not with ${failed.join(' | ')}; register it by hand`);
  return {
    detail: `${said}${cannot === 0 ? '' : `; ${cannot} name(s) an address of another interface than its first, which the replacement has not`}; a release leaves it: whoever owns it ends it`,
    on: `arn:${services.partition}:ec2:${incident.region}:${incident.account}:instance/${replacementId}`,
  };
};

const running = async (work: Work, replacing: ReplacingState): Promise<Led> => {
  const { input, services } = work;
  const { replacementId } = replacing;
  if (replacementId === undefined) return wait(enterReplacing('launch', instant(services)));
  const seen = await readReplacement(input.incident, replacementId, services);
  const state = seen?.State?.Name ?? 'not shown';
  if (state === 'running') return { done: await register(work, replacementId, seen?.PrivateIpAddress) };
  if (ENDED.has(state))
    throw new NotDone(
      `${replacementId} was launched and is ${state}: ${seen?.StateReason?.Code ?? 'EC2 gives no reason'}; look at it in the account`,
    );
  if (replacingIsOver(replacing, services.now()))
    throw new NotDone(`${replacementId} was launched and is ${state} still; look at it in the account`);
  return wait(replacing);
};

const phase = async (work: Work, replacing: ReplacingState): Promise<Led> => {
  switch (replacing.phase) {
    case 'contained':
      return afterContainment(work, replacing);
    case 'launch':
      return launch(work);
    case 'running':
      return running(work, replacing);
    case 'ended':
      return { done: { detail: 'over' } };
  }
};

/** A fault that may pass costs a look, until the phase has taken as long as it may. */
const lead = async (work: Work, replacing: ReplacingState): Promise<Led> => {
  try {
    return await phase(work, replacing);
  } catch (error) {
    const { services } = work;
    if (error instanceof NotDone || !classify(error).retryable || replacingIsOver(replacing, services.now()))
      throw error;
    return wait(replacing);
  }
};

/**
 * Launches another instance in place of a lone one that is contained, once that was read back, and has its load balancers send to it. A call
 * does what needs no waiting; every wait is bounded, every failure a row, and containment never hangs on any of it. Where the step waits for
 * a person, the first call only looks at what would be launched, while nobody can have changed it. Nothing undoes it (`keep-replacement`).
 */
export const replace = async (input: ReplaceInput, services: Services): Promise<ReplaceOutput> => {
  const { incident, plan } = input;
  let replacing = input.replacing ?? enterReplacing('contained', instant(services));
  const [step] = stepsOf(plan, 'launch-replacement');
  const may = stepsToDo(input, 'launch-replacement').length > 0;
  const answer = (status: ReplaceOutput['status'], outcomes: StepOutcome[]): ReplaceOutput => ({
    status,
    outcomes,
    replacing,
    recheckAfterSeconds: status === 'waiting' ? REPLACING_RECHECK_SECONDS : 0,
  });
  if (step === undefined) return answer('done', []);
  let waits = false;
  const row = await attempt(step.id, services, async () => {
    const spec = await prepare(input, step, services);
    if (!may) return 'prepared';
    const led = await lead({ input, step, spec, services }, replacing);
    if ('done' in led) return led.done;
    waits = true;
    replacing = led.replacing;
    return 'under way';
  });
  if (waits) return answer('waiting', []);
  replacing = { ...replacing, phase: 'ended' };
  // What a person was not asked for yet has no outcome: the second call, with their yes, says why it cannot be.
  if (!may) return answer('done', []);
  await saveOutcomes(services, incident, rowOf('replace', input), [row]);
  return answer('done', [row]);
};
