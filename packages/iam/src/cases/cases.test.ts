import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { authorize, compile } from '../index.ts';
import type { AuthorizationRequest, CompiledPolicy, Decision, Grant } from '../index.ts';

/** One row of a `*.cases.json`: a request in full, each policy given by its statements. */
interface Case {
  readonly name: string;
  readonly cite: string;
  readonly principal: keyof typeof PRINCIPALS;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string | null;
  readonly resourcePolicyMode?: 'alone-suffices' | 'must-allow';
  /** Policy language of every policy of the row; default 2012-10-17. */
  readonly version?: '2008-10-17';
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly policies: {
    readonly identity: readonly unknown[];
    readonly session?: readonly unknown[];
    readonly boundary?: readonly unknown[];
    readonly resourcePolicy?: readonly unknown[];
    readonly serviceControl?: readonly (readonly unknown[])[];
    readonly resourceControl?: readonly (readonly unknown[])[];
    readonly endpoint?: readonly unknown[];
    readonly grants?: readonly Grant[];
  };
  readonly expected: Partial<Pick<Decision, 'verdict' | 'layer'>> & { readonly throws?: string };
}

const PRINCIPALS = {
  session: {
    kind: 'role-session',
    account: '111111111111',
    roleArn: 'arn:aws:iam::111111111111:role/cordon/Responder',
    sessionArn: 'arn:aws:sts::111111111111:assumed-role/Responder/INC-7',
    roleId: 'AROAEXAMPLERESPONDER',
    sessionName: 'INC-7',
  },
  user: {
    kind: 'user',
    account: '111111111111',
    arn: 'arn:aws:iam::111111111111:user/ada',
    userId: 'AIDAEXAMPLEADA000001',
  },
  root: { kind: 'root', account: '111111111111' },
  service: { kind: 'service', service: 'events.amazonaws.com' },
  'federated-user': {
    kind: 'federated-user',
    account: '111111111111',
    arn: 'arn:aws:sts::111111111111:federated-user/ada-incident',
    userArn: 'arn:aws:iam::111111111111:user/ada',
    userId: 'AIDAEXAMPLEADA000001',
  },
  'web-identity': {
    kind: 'federated',
    provider: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com',
  },
  saml: { kind: 'federated', provider: 'arn:aws:iam::111111111111:saml-provider/corp' },
  google: { kind: 'federated', provider: 'accounts.google.com' },
} as const satisfies Readonly<Record<string, AuthorizationRequest['principal']>>;

function requestOf(row: Case): AuthorizationRequest {
  const policy = (statements: readonly unknown[], name: string): CompiledPolicy =>
    compile({ Version: row.version ?? '2012-10-17', Statement: statements }, name);
  const { boundary, endpoint, grants, identity, resourceControl, resourcePolicy, serviceControl, session } =
    row.policies;
  return {
    principal: PRINCIPALS[row.principal],
    action: row.action,
    resource: row.resource,
    resourceAccount: row.resourceAccount ?? undefined,
    context: row.context ?? {},
    policies: {
      identity: identity.length === 0 ? [] : [policy(identity, 'identity')],
      ...(session === undefined ? {} : { session: [policy(session, 'session')] }),
      ...(boundary === undefined ? {} : { boundary: policy(boundary, 'boundary') }),
      ...(resourcePolicy === undefined ? {} : { resource: policy(resourcePolicy, 'resource') }),
      ...(endpoint === undefined ? {} : { endpoint: policy(endpoint, 'endpoint') }),
      ...(grants === undefined ? {} : { grants }),
      serviceControl: (serviceControl ?? []).map((level, index) => [policy(level, `scp-${index}`)]),
      resourceControl: (resourceControl ?? []).map((level, index) => [policy(level, `rcp-${index}`)]),
    },
    ...(row.resourcePolicyMode === undefined ? {} : { resourcePolicyMode: row.resourcePolicyMode }),
  };
}

const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.cases.json'));

describe.each(files)('%s', (file) => {
  const rows = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly Case[];

  const refused = rows.filter((row) => row.expected.throws !== undefined);
  const decided = rows.filter((row) => row.expected.throws === undefined);

  it.each(decided)('$name', (row) => {
    expect(authorize(requestOf(row))).toMatchObject(row.expected);
  });

  // A file without refusals has no rows here, and vitest then runs nothing for it.
  it.each(refused)('$name', (row) => {
    expect(() => authorize(requestOf(row))).toThrow(row.expected.throws);
  });

  it('cites an AWS page in every row and names each row once', () => {
    expect(rows.filter((row) => !row.cite.startsWith('https://docs.aws.amazon.com/'))).toEqual([]);
    expect(
      rows.filter((row) => row.expected.verdict === undefined && row.expected.throws === undefined),
    ).toEqual([]);
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  });
});
