import { QUARANTINE_PROFILE_NAME } from '@cordon/incident';
import { iamState, instanceCredentials } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { play, type Played } from './play.ts';
import { sessionVerdict } from './session-verdict.ts';

/** What a session of one of the account's roles may do that bears the instance's id for a name, as all of an instance do. */
const asInstance = ({ organization, suspect, config }: Played, roleName: string) => {
  const { account, instanceId: sessionName } = suspect;
  const role = organization.world.of(iamState, account, '').roles.get(roleName);
  if (role === undefined) throw new Error(`there is no role ${roleName}`);
  return (action: string, resource = '*'): string =>
    sessionVerdict(organization, role, { sessionName, action, resource, region: config.homeRegion });
};

describe("the agent's channel of a contained instance", () => {
  it('is open by the quarantine profile, which gives nothing else, and shut with what was taken of the former role', async () => {
    const played = await play({});
    const { organization, suspect } = played;
    expect(played.kinds).toContain('contained');
    const agent = asInstance(played, QUARANTINE_PROFILE_NAME);
    const channel = 'ssmmessages:OpenControlChannel';
    expect(agent(channel)).toBe('allow');
    expect([agent('s3:GetObject', 'arn:aws:s3:::shop/x'), agent('ssm:GetParameter')]).toEqual([
      'deny',
      'deny',
    ]);

    const former = suspect.roleArn?.split('/').at(-1) ?? '';
    expect(asInstance(played, former)(channel)).toBe('deny');
    // The metadata service gives what the agent needs, and nothing of the former role.
    expect(instanceCredentials(organization, suspect).accessKeyId).toMatch(/^ASIA/);
    const given = organization.world.of(iamState, suspect.account, '').roles.get(QUARANTINE_PROFILE_NAME);
    expect([...(given?.tags.keys() ?? [])].filter((key) => key.startsWith('cordon-contained'))).toEqual([]);
    await organization.close();
  });
});
