import { isDeepStrictEqual } from 'node:util';
import {
  BLOCK_HASHER_DUTIES,
  BLOCK_HASHER_FUNCTION_NAME,
  dutyRoleArn,
  dutyRoleName,
  functionName,
  IAM_PATH,
  RECORDER_FUNCTION_NAME,
  SESSION_READER_ROLE_NAME,
  STEP_DUTY,
  STEPS,
  type Duty,
} from '@cordon/incident';
import { isVault } from '../custody.ts';
import { inner, text } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import { widenessOf } from '../session-policy.ts';
import type { Scene } from '../scene.ts';

/** Codes by which AWS says that a policy denies. */
const DENIED: ReadonlySet<string> = new Set([
  'UnauthorizedOperation',
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

const INCIDENT_ID = /^inc-[0-9a-z-]{6,60}$/;

/** Writes and removals of objects, their locks, and what guards them. */
const WRITES = /^(Put|Delete|Copy|Restore|Create|Complete|Upload)/;

/** All that the reader of sessions does. */
const READS = /^(Describe|Filter)/;

/** Acquire and custodian ask whether a volume's key admits them: being denied is an answer, and the only one that is expected. */
const isKeyProbe = ({ duty, call }: OurCall): boolean =>
  (duty === 'custodian' || duty === 'acquire') && call.service === 'kms' && call.operation === 'DescribeKey';

/** A call that took effect and whose reply was lost is sent again; of a thing that the first one removed or replaced, AWS then says no. */
const isEchoOf =
  (one: OurCall) =>
  ({ call, ok }: OurCall): boolean =>
    ok &&
    call.repliedAt === undefined &&
    call.index < one.call.index &&
    call.caller === one.call.caller &&
    call.operation === one.call.operation &&
    isDeepStrictEqual(call.input, one.call.input);

const denials = (scene: Scene): readonly string[] =>
  scene.calls.flatMap((one) => {
    const { outcome } = one.call;
    return typeof outcome === 'object' &&
      DENIED.has(outcome.code) &&
      !isKeyProbe(one) &&
      !scene.calls.some(isEchoOf(one))
      ? [`${nameOf(one)} was denied: ${outcome.message}`]
      : [];
  });

/** In the product's own accounts no instance is a suspect. */
const memberOf = (accounts: Scene['remains']['accounts'], target: string): string =>
  (Object.values(accounts) as readonly string[]).includes(target) ? '' : target;

/** The duties of a function: the one of a step in the security account, or those of the block hasher in the evidence account. */
const dutiesOf = ({ account, role }: OurCall, accounts: Scene['remains']['accounts']): readonly Duty[] => {
  if (account === accounts.evidence) return role === BLOCK_HASHER_FUNCTION_NAME ? BLOCK_HASHER_DUTIES : [];
  const step = STEPS.find((name) => functionName(name) === role);
  const duty = account !== accounts.security || step === undefined ? undefined : STEP_DUTY[step];
  return duty === undefined ? [] : [duty];
};

/**
 * Every assumption of a duty must be by the step whose duty it is, under an incident's name, with that as source identity,
 * and narrowed by a session policy.
 */
const badAssumptions = ({ calls, remains }: Scene): readonly string[] => {
  const { accounts } = remains;
  return calls.flatMap((one) => {
    const { call, duty } = one;
    if (call.operation !== 'AssumeRole' || !one.ok) return [];
    const [name, identity, arn] = [
      text(call.input, 'RoleSessionName'),
      text(call.input, 'SourceIdentity'),
      text(call.input, 'RoleArn') ?? '',
    ];
    const target = arn.split(':')[4] ?? '';
    const { partition } = remains.organization.world.facts;
    // What reads recordings is for no incident: it looks for the sessions of all.
    const reader = `arn:${partition}:iam::${accounts.forensics}:role${IAM_PATH}${SESSION_READER_ROLE_NAME}`;
    if (one.account === accounts.evidence && one.role === RECORDER_FUNCTION_NAME && arn === reader) return [];
    const isOwn = dutiesOf(one, accounts).some((wanted) => arn === dutyRoleArn(partition, target, wanted));
    if (duty !== undefined || !isOwn) return [`${nameOf(one)} assumes ${arn}, which is not its duty`];
    if (name === undefined || !INCIDENT_ID.test(name) || identity !== name)
      return [
        `${nameOf(one)} assumes ${arn} as ${name} with source identity ${identity}, wanted one incident's id for both`,
      ];
    const wide = widenessOf(text(call.input, 'Policy'), memberOf(accounts, target));
    return wide === undefined ? [] : [`${nameOf(one)} assumes ${arn} ${wide}`];
  });
};

/** Outside the security account only duties act, each in a session that a step opened in an incident's name; and the recorder at home. */
const strangers = ({ calls, remains: { accounts } }: Scene): readonly string[] => {
  const sessions = new Set(
    calls.flatMap(({ call, ok }) =>
      ok && call.operation === 'AssumeRole' ? [text(inner(call.output, 'AssumedRoleUser'), 'Arn')] : [],
    ),
  );
  return calls.flatMap((one) => {
    if (one.account === accounts.security) return [];
    if (
      one.account === accounts.evidence &&
      [RECORDER_FUNCTION_NAME, BLOCK_HASHER_FUNCTION_NAME].includes(one.role)
    )
      return [];
    if (one.account === accounts.forensics && one.role === SESSION_READER_ROLE_NAME)
      return sessions.has(one.call.caller) && READS.test(one.call.operation)
        ? []
        : [`${nameOf(one)} in ${one.account} is no reading of sessions that the recorder began`];
    if (one.duty === undefined) return [`${nameOf(one)} in ${one.account} is by no duty`];
    return sessions.has(one.call.caller)
      ? []
      : [`${nameOf(one)} in ${one.account} is in session ${one.session}, which no step opened`];
  });
};

/** The vault is written by the recorder and nobody else, whoever it is; but for block manifests, which the hasher alone writes. */
const vaultWriters = ({ remains: { organization, accounts } }: Scene): readonly string[] => {
  const recorder = `:sts::${accounts.evidence}:assumed-role/${RECORDER_FUNCTION_NAME}/`;
  const hasher = `:sts::${accounts.evidence}:assumed-role/${dutyRoleName('hasher')}/`;
  const writerOf = (key: string | undefined): string =>
    /^incidents\/[^/]+\/objects\/blocks\//.test(key ?? '') ? hasher : recorder;
  return organization.journal.calls.flatMap(({ service, operation, input, outcome, caller, index }) =>
    service === 's3' &&
    WRITES.test(operation) &&
    isVault({ accounts }, text(input, 'Bucket')) &&
    outcome === 'ok' &&
    !caller.includes(writerOf(text(input, 'Key')))
      ? [`call ${index} s3 ${operation} writes the vault as ${caller}`]
      : [],
  );
};

/** DESIGN section 7, 8: no call leaves the duty's role. */
export const noCallOutsideADuty: Invariant = {
  id: 'no-call-outside-a-duty',
  judge: (scene) => {
    if (scene.calls.length === 0) return notJudged('no role of ours made a call');
    return verdictOn(
      [...denials(scene), ...badAssumptions(scene), ...strangers(scene), ...vaultWriters(scene)],
      `${scene.calls.length} calls, each by a function's own role at home or by its one duty in an incident's name; none was denied but ${scene.calls.filter((one) => isKeyProbe(one) && !one.ok).length} key probe(s)`,
    );
  },
};
