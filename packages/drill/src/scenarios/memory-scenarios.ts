import { ownEvent } from './own-event.ts';
import { capturing, memoryFirst } from './policies.ts';
import type { Scenario } from './scenario.ts';

/** What is done where the policy wants the memory of the running host. */
export const memoryScenarios = (base: Scenario): readonly Scenario[] => [
  {
    ...base,
    name: 'memory-captured',
    about:
      "the host's memory is written to a fresh volume through the path that is kept, and comes into custody like a disk; the stop waits for it, and the forensic machine makes its hash again",
    policy: capturing,
    managementEndpoints: true,
    guest: 'captures',
  },
  {
    ...base,
    name: 'memory-landed',
    about:
      'no device name is left at the host, so that no volume can take its memory: it sends it by signed links, part by part, and each part is carried into the vault, its digest made again',
    policy: capturing,
    managementEndpoints: true,
    guest: 'captures',
    moreVolumes: 9,
  },
  {
    ...base,
    name: 'memory-without-profile',
    about:
      'an instance that has no profile is given the quarantine one, for its memory alone; its agent has hibernated since the boot and looks for credentials once an hour, here too late for the quarter of an hour that the capture has, which is told',
    deliveries: (seed) => [
      { document: ownEvent({ seed, profile: false, publicAddress: false }), afterMs: 0 },
    ],
    hidden: false,
    policy: capturing,
    managementEndpoints: true,
    guest: 'captures',
  },
  {
    ...base,
    name: 'memory-first',
    about:
      'the cut waits until the memory was captured, over the connections that the host has, and not a minute longer',
    policy: memoryFirst,
    guest: 'captures',
  },
  {
    ...base,
    name: 'memory-never-ends',
    about:
      'a host that never ends its capture: after a quarter of an hour it is given up with its reason, cut off, and the volume is taken away',
    policy: memoryFirst,
    guest: 'never-ends',
  },
];
