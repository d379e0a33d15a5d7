import { compile } from '@cordon/iam';
import { ISOLATION_GROUP_NAME, sessionDenyDocument, sessionDenyPolicyName } from '@cordon/incident';
import { iamState, type JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { writing, writingTemplates } from '../simulation/write-role-policy.ts';
import { play, type Play, type Played, type Stage } from './play.ts';

const OTHER = 'i-0bbbbbbbbbbbbbbb2';
const ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const templates = writingTemplates();

const playWriting = (of: Omit<Play, 'config' | 'templates'> = {}): Promise<Played> =>
  play({ ...of, config: writing, templates });

const iamOf = ({ organization, suspect }: Stage) => organization.world.of(iamState, suspect.account, '');

const roleOf = (stage: Stage) => {
  const role = iamOf(stage).roles.get(stage.suspect.roleArn?.split('/').at(-1) ?? '');
  if (role === undefined) throw new Error(`the suspect has no role ${stage.suspect.roleArn}`);
  return role;
};

/** Writes an inline policy into the suspect's role, as somebody else with that right would. */
const plant = (stage: Stage, name: string, text: string): void => {
  const policy = compile(JSON.parse(text), name);
  iamOf(stage).texts.set(policy, text);
  roleOf(stage).inline.set(name, policy);
};

const written = (played: Played): readonly JournalCall[] =>
  played.callsOf('PutRolePolicy').filter(({ outcome }) => outcome === 'ok');

/** What a role holds under a name, as text. */
const held = (stage: Stage, name: string): string | undefined => {
  const policy = roleOf(stage).inline.get(name);
  return policy === undefined ? undefined : iamOf(stage).texts.get(policy);
};

const own = ({ suspect }: Stage): { readonly name: string; readonly text: string } => ({
  name: sessionDenyPolicyName(suspect.instanceId),
  text: sessionDenyDocument({ partition: 'aws', instanceId: suspect.instanceId }),
});

const isIsolated = ({ ec2, suspect }: Stage): boolean =>
  suspect.networkInterfaceIds.every((id) =>
    (ec2.networkInterfaces.get(id)?.groups ?? []).every(
      (group) => ec2.securityGroups.get(group)?.name === ISOLATION_GROUP_NAME,
    ),
  );

describe('denying sessions by an inline policy, where the deployment chose so', () => {
  it('writes the deny in a session for that role alone, reads it back once, and neither tags nor attaches', async () => {
    const played = await playWriting();

    expect(played.kinds).toContain('contained');
    expect(played.kinds).toContain('incident-sealed');
    const [put, ...more] = written(played);
    expect(more).toEqual([]);
    expect(put?.input).toMatchObject({
      RoleName: roleOf(played).name,
      PolicyName: own(played).name,
      PolicyDocument: own(played).text,
    });
    expect(played.callsOf('GetRolePolicy', 'cordon-revoke')).toEqual([]);
    // Verification reads it once; the watch reads it again, for as long as the run lasts.
    expect(played.callsOf('GetRolePolicy', 'cordon-inspect')[0]).toMatchObject({
      input: { RoleName: roleOf(played).name, PolicyName: own(played).name },
    });
    expect(held(played, own(played).name)).toBe(own(played).text);
    expect([...played.callsOf('TagRole'), ...played.callsOf('AttachRolePolicy')]).toEqual([]);

    const sessions = played
      .callsOf('AssumeRole', 'cordon-revoke-credentials')
      .map(({ input }) => JSON.parse(String(input['Policy'])).Statement)
      .filter((statements) => JSON.stringify(statements).includes('PutRolePolicy'));
    expect(sessions).toEqual([
      [
        {
          Effect: 'Allow',
          Action: ['iam:PutRolePolicy'],
          Resource: [roleOf(played).arn],
        },
      ],
    ]);
  });

  it('leaves the deny of another instance alone, even one that is written at the same moment', async () => {
    const [name, text] = [
      sessionDenyPolicyName(OTHER),
      sessionDenyDocument({ partition: 'aws', instanceId: OTHER }),
    ];
    const played = await playWriting({
      meanwhile: ({ operation }, stage) => {
        if (operation === 'PutRolePolicy') plant(stage, name, text);
      },
    });

    expect(played.kinds).toContain('contained');
    expect([held(played, name), held(played, own(played).name)]).toEqual([text, own(played).text]);
  });

  it('overwrites what somebody else put under the name', async () => {
    const played = await playWriting({ furnish: (stage) => plant(stage, own(stage).name, ALLOW) });

    expect(played.kinds).toContain('contained');
    expect(held(played, own(played).name)).toBe(own(played).text);
  });

  it('never says contained when somebody puts another text in its place, and isolates all the same', async () => {
    const played = await playWriting({
      meanwhile: ({ operation }, stage) => {
        if (operation === 'GetRolePolicy') plant(stage, own(stage).name, ALLOW);
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('another text than the session deny');
    expect(isIsolated(played)).toBe(true);
  });

  it('does not say contained when the policy is taken away before it is read back', async () => {
    const played = await playWriting({
      meanwhile: ({ operation }, stage) => {
        if (operation === 'GetRolePolicy') roleOf(stage).inline.delete(own(stage).name);
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('does not carry the session deny');
  });

  it('says that the deny does not hold when the role has no room for it', async () => {
    const played = await playWriting({
      furnish: (stage) =>
        plant(
          stage,
          'long',
          ALLOW.replace('"Resource":"*"', `"Resource":"arn:aws:s3:::${'x'.repeat(10_000)}"`),
        ),
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('needs-a-person')).toMatch(
      /deny-sessions refused: .* are NOT denied: the role has no room for another inline policy/,
    );
    expect(isIsolated(played)).toBe(true);
  });
});

describe('denying sessions by the fixed policy', () => {
  it('says that the deny does not hold when the role has no room for a managed policy, and names the other way', async () => {
    const played = await play({
      furnish: (stage) => {
        const { attached } = roleOf(stage);
        while (attached.length < 10) attached.push(`arn:aws:iam::aws:policy/filler-${attached.length}`);
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('does not carry the session deny');
    const reasons = played.reasonsOf('needs-a-person');
    expect(reasons).toMatch(
      /deny-sessions refused: .* are NOT denied: the role has no room for another managed/,
    );
    expect(reasons).toContain("containment.sessionDeny 'put-role-policy'");
    expect(isIsolated(played)).toBe(true);
  });
});

describe('a protected role', () => {
  it.each([
    ['the fixed policy', '/cordon/', play],
    ['an inline policy', '/aws-reserved/sso.amazonaws.com/', playWriting],
  ] as const)(
    'is refused before %s is written under %s, and the instance is isolated',
    async (_way, path, playing) => {
      const played = await playing({
        furnish: (stage) => {
          const role = roleOf(stage);
          const arn = `arn:aws:iam::${stage.suspect.account}:role${path}${role.name}`;
          iamOf(stage).roles.set(role.name, { ...role, path, arn });
        },
      });

      expect(played.reasonsOf('needs-a-person')).toMatch(/deny-sessions refused: .* Cordon changes no role/);
      const writes = ['TagRole', 'AttachRolePolicy', 'PutRolePolicy'].flatMap((name) => played.callsOf(name));
      expect(writes).toEqual([]);
      expect(played.kinds).not.toContain('contained');
      expect(isIsolated(played)).toBe(true);
    },
  );
});
