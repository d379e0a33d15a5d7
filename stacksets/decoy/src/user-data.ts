import { DECOY } from '@cordon/incident/live-drill';

/**
 * What the decoy runs at its first start, and at no later one: the name is asked of the VPC's resolver, and no answer is ever used. The resolver of
 * the system forgets what it was told first, so that each question leaves the host. The machine shuts down in the end, whatever else becomes of it.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export const userData = (): string =>
  [
    '#!/bin/sh',
    '# The decoy of a live drill of Cordon: it asks for the name by which GuardDuty can be tried, and connects to nothing.',
    `shutdown -h +${DECOY.runsHours * 60} 'the live drill is over'`,
    // In a unit of its own, which does not end with what ran this.
    `systemd-run --unit=cordon-decoy /bin/sh -c 'for _ in $(seq ${DECOY.asks}); do resolvectl flush-caches; getent ahosts ${DECOY.domain}.; sleep 60; done'`,
    '',
  ].join('\n');
