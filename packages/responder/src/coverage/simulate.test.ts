import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

type Transport = NonNullable<Parameters<typeof simulate>[0]['connection']['requestHandler']>;

const ACCOUNT = '602011170000';

/** IAM that answers each action with a decision; gives what it was asked. */
const iam = (decisions: Readonly<Record<string, string>>, status = 200) => {
  const asked: URLSearchParams[] = [];
  const members = Object.entries(decisions).map(
    ([action, decision]) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`,
  );
  const body =
    status === 200
      ? `<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>${members.join('')}</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`
      : '<ErrorResponse><Error><Code>InvalidInput</Code><Message>no</Message></Error></ErrorResponse>';
  const requestHandler = {
    handle: async (request: { readonly body: string }) => {
      asked.push(new URLSearchParams(request.body));
      return {
        response: { statusCode: status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) },
      };
    },
  } as unknown as Transport;
  const connection = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    impatient: true,
    requestHandler,
  };
  const simulator = {
    duty: 'acquire',
    connection,
    partition: 'aws',
    account: ACCOUNT,
    config: { organizationId: 'o-acme123456' },
  } as const;
  const question = {
    actions: ['ec2:LockSnapshot'],
    control: 'ec2:CreateSnapshots',
    resource: '*',
    context: { 'ec2:SnapshotLockDuration': 7, 'aws:TagKeys': ['a', 'b'] },
    region: 'eu-central-1',
  };
  return { asked, found: simulate(simulator, 'locking', [question]) };
};

describe('a simulation of a duty', () => {
  it('asks about its own role, with the keys of its session and of its calls, each of its type', async () => {
    const { asked, found } = iam({ 'ec2:LockSnapshot': 'allowed', 'ec2:CreateSnapshots': 'allowed' });
    expect(await found).toEqual({
      id: 'simulated-acquire',
      result: 'ok',
      says: 'locking (simulated) works',
    });
    const [said] = asked;
    expect(said?.get('PolicySourceArn')).toBe(`arn:aws:iam::${ACCOUNT}:role/cordon/cordon-acquire`);
    const keys = [...(said ?? [])].filter(([name]) => name.startsWith('ContextEntries.'));
    const entries = Map.groupBy(keys, ([name]) => name.split('.')[2]);
    const told = [...entries.values()].map((parts) => parts.map(([, value]) => value).join(' '));
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^aws:RequestedRegion .*eu-central-1/),
        expect.stringMatching(/^ec2:SnapshotLockDuration .*7/),
        expect.stringMatching(/^aws:TagKeys .*a b/),
        expect.stringMatching(/^aws:PrincipalOrgID .*o-acme123456/),
      ]),
    );
    const typed = told.map((text) => /\b(string|stringList|numeric|boolean)\b/.exec(text)?.[1]);
    expect(new Set(typed)).toEqual(new Set(['string', 'stringList', 'numeric', 'boolean']));
  });

  it('is failed by a denial', async () => {
    const { found } = iam({ 'ec2:LockSnapshot': 'implicitDeny', 'ec2:CreateSnapshots': 'allowed' });
    expect(await found).toMatchObject({
      result: 'failed',
      says: "locking (simulated): the role's own policies would deny ec2:LockSnapshot",
    });
  });

  it.each([
    [
      'where what a dry run allows would be denied too',
      { 'ec2:LockSnapshot': 'implicitDeny', 'ec2:CreateSnapshots': 'implicitDeny' },
      200,
      /not believed/,
    ],
    ['where an action was left out', { 'ec2:CreateSnapshots': 'allowed' }, 200, /ec2:LockSnapshot/],
    ['where nothing came', {}, 200, /CreateSnapshots/],
    ['where IAM refuses the question', {}, 400, /AWS answered InvalidInput/],
  ])('says nothing %s', async (_where, decisions, status, says) => {
    expect(await iam(decisions, status).found).toMatchObject({
      result: 'unknown',
      says: expect.stringMatching(says),
    });
  });
});
