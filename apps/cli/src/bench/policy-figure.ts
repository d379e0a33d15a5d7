import type { AuthorizationRequest, Decision } from '@cordon/iam';
import { config } from '../../../../cordon.config.ts';
import type { Explained } from './drill-figures.ts';
import { figure, median } from './figure.ts';

type Decide = (request: AuthorizationRequest) => Decision;

/** Processor time of one measurement, and of what is run before the first: the compiler is then through. */
const MEASURED_MS = 500;
const WARM_UP_MS = 300;
/** Between two looks at the clock. */
const ROUNDS_AT_ONCE = 100;

/** Lets a drill contain, and gives every question that its organization decided. */
const askedInADrill = async (decide: Decide): Promise<readonly AuthorizationRequest[]> => {
  const { runDrill } = await import('@cordon/drill');
  const asked: AuthorizationRequest[] = [];
  const { close } = await runDrill(
    {
      config,
      scenario: 'richest',
      seed: '1',
      through: 'contain',
      forged: false,
      listCalls: false,
      conditions: {
        authorize: (request) => {
          asked.push(request);
          return decide(request);
        },
      },
    },
    () => undefined,
  );
  await close();
  return asked;
};

/** Puts an organizational unit between root and account that is guarded as the root is: three levels of control policies. */
const belowAUnit = (request: AuthorizationRequest): AuthorizationRequest => {
  const [root, account, ...others] = request.policies.serviceControl ?? [];
  if (root === undefined || account === undefined || others.length > 0 || root.length < 2)
    throw new Error(
      `${request.action} was decided under ${others.length} levels besides a guarded root and an account: wanted none, so that bench can add one`,
    );
  return { ...request, policies: { ...request.policies, serviceControl: [root, root, account] } };
};

/**
 * What is decided in turn: assuming the duty's role `acquire` under its trust policy, each of its calls under the role's and the
 * session's policy, and two calls that a taken-over session might try, neither allowed nor denied, and denied by the guardrails.
 */
const rotationOf = (asked: readonly AuthorizationRequest[]): readonly AuthorizationRequest[] => {
  const freezing = asked.find(({ action }) => action === 'ec2:CreateSnapshots');
  if (freezing?.principal.kind !== 'role-session' || freezing.policies.session === undefined)
    throw new Error('no session with a session policy asked for ec2:CreateSnapshots in the drill of bench');
  const { roleArn } = freezing.principal;
  const ofTheDuty = asked.filter(
    ({ principal, resource }) =>
      resource === roleArn || (principal.kind === 'role-session' && principal.roleArn === roleArn),
  );
  return [
    ...ofTheDuty,
    { ...freezing, action: 'ec2:ModifyInstanceAttribute' },
    { ...freezing, action: 'iam:PutRolePolicy', resource: roleArn },
  ].map(belowAUnit);
};

/** How often each kind of verdict is given in a rotation. */
const verdictsOf = (decisions: readonly Decision[]) => ({
  allowed: decisions.filter(({ verdict }) => verdict === 'allow').length,
  implicit: decisions.filter(({ verdict, decisive }) => verdict === 'deny' && decisive.length === 0).length,
  explicit: decisions.filter(({ verdict, decisive }) => verdict === 'deny' && decisive.length > 0).length,
});

const processorMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

/** Decisions a second of processor time, over at least `atLeastMs` of it. */
const rate = (decide: Decide, rotation: readonly AuthorizationRequest[], atLeastMs: number): number => {
  const began = process.cpuUsage();
  let decided = 0;
  let took: number;
  do {
    for (let round = 0; round < ROUNDS_AT_ONCE; round += 1) for (const request of rotation) decide(request);
    decided += ROUNDS_AT_ONCE * rotation.length;
    took = processorMs(began);
  } while (took < atLeastMs);
  return (decided * 1000) / took;
};

/** Decisions of the policy engine each second of processor time, on the policies and requests of a duty's role. */
export const policyFigure = async (runs: number): Promise<Explained> => {
  const { authorize } = await import('@cordon/iam');
  const rotation = rotationOf(await askedInADrill(authorize));
  const { allowed, implicit, explicit } = verdictsOf(rotation.map((request) => authorize(request)));
  if (allowed !== rotation.length - 2 || implicit !== 1 || explicit !== 1)
    throw new Error(
      `of ${rotation.length} requests ${allowed} were allowed, ${implicit} denied implicitly and ${explicit} explicitly, wanted one of each denied`,
    );
  rate(authorize, rotation, WARM_UP_MS);
  const perSecond = Array.from({ length: runs }, () => rate(authorize, rotation, MEASURED_MS));
  return {
    figure: figure('policy-evaluations', { measured: median(perSecond), unit: '1/s' }, { atLeast: 100_000 }),
    lines: [
      `median of ${runs} times ${MEASURED_MS / 1000} s of processor time; ${allowed} requests allowed, ${implicit} denied implicitly, ${explicit} explicitly, in turn`,
      'role cordon-acquire under trust, role and session policies and three levels of guardrails, as a drill asked for them',
    ],
  };
};
