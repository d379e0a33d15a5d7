import { SET_ASIDE_QUEUE_NAME, STATE_MACHINE_NAME } from '@cordon/incident';
import { addInspectorFinding, inspectorState, sqsState, type InspectorSpec } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { play, type Played, type Stage } from './play.ts';

/** Amazon Inspector finds a weakness of the suspect after the incident was opened. */
const finds =
  (more: Partial<InspectorSpec> = {}, forged = false) =>
  ({ organization, suspect }: Stage): void => {
    const { account, region, instanceId } = suspect;
    const { security } = config.accounts;
    organization.timeline.at(organization.timeline.now() + 60_000, () => {
      addInspectorFinding(organization, {
        administrator: security,
        account,
        region,
        instanceId,
        severity: 'CRITICAL',
        vulnerabilityId: 'CVE-2026-1001',
        title: '$(reboot)<script>',
        exploitAvailable: true,
        ...more,
      });
      if (forged) organization.world.of(inspectorState, security, region).inspector?.findings.clear();
    });
  };

const toldOf = ({ told }: Played, kind: string): string =>
  JSON.stringify(told.filter((one) => one.kind === kind));
const startedIn = ({ organization }: Played): number =>
  organization.executions().filter(({ arn }) => arn.includes(STATE_MACHINE_NAME)).length;

describe('a weakness that Amazon Inspector finds', () => {
  it('is read again, kept and told, and contains nothing', async () => {
    const played = await play({ furnish: finds() });
    expect(toldOf(played, 'finding-observed')).toContain('CVE-2026-1001');
    expect(toldOf(played, 'finding-observed')).not.toContain('reboot');
    expect(played.callsOf('ListFindings').length).toBeGreaterThan(0);
    // GuardDuty's own finding alone.
    expect(startedIn(played)).toBe(1);
  });

  it('is ignored without an exploit, and below what the policy observes it does not come at all', async () => {
    const harmless = await play({ furnish: finds({ exploitAvailable: false }) });
    expect(toldOf(harmless, 'finding-ignored')).toContain('no exploit is known');
    const low = await play({ furnish: finds({ severity: 'LOW' }) });
    expect(toldOf(low, 'finding-ignored')).toBe('[]');
    expect(toldOf(low, 'finding-observed')).toBe('[]');
  });

  it('that Inspector does not know is set aside, after it was asked three times', async () => {
    const played = await play({ furnish: finds({}, true) });
    expect(toldOf(played, 'finding-set-aside')).toContain('not-found');
    const { queues } = played.organization.world.of(sqsState, config.accounts.security, config.homeRegion);
    const queue = [...queues.values()].find(({ name }) => name === SET_ASIDE_QUEUE_NAME);
    expect([...(queue?.messages.values() ?? [])]).toHaveLength(1);
    expect(startedIn(played)).toBe(1);
  });
});
