import { parsePolicy } from '@cordon/incident';

/** A policy of one rule, for findings from "high" on. */
export const severe = (name: string, set: object, because: string) =>
  parsePolicy({ schemaVersion: 2, rules: [{ name, when: { severityAtLeast: 7 }, set, because }] });

/** The policy asks before it cuts, and wants the contained instance stopped: that needs an express yes. */
export const asking = parsePolicy({
  schemaVersion: 2,
  rules: [
    {
      name: 'ask-everywhere',
      when: { units: ['r-root'], severityAtLeast: 7 },
      set: { mode: 'ask', stop: 'automatic' },
      because: 'people decide before anything is cut off',
    },
  ],
});

/** The policy wants a contained host crashed, stopped, and its volumes held. */
export const ending = severe(
  'end-the-host',
  { mode: 'contain', stop: 'automatic', crash: 'automatic', detachVolumes: 'automatic' },
  'memory is wanted on disk, and nobody may start the host again',
);

/** What costs neighbours, or the host's memory, is done without asking where the groups do not hold, and not otherwise. */
export const climbing = severe(
  'climb',
  { mode: 'contain', subnetAcl: 'if-open', stop: 'if-open' },
  'a host that cannot be cut off for itself is cut off with its subnet, then stopped',
);

/** The policy wants the service of a lone instance to go on. */
export const replacing = severe(
  'shops-go-on',
  { mode: 'contain', replacement: 'automatic', stop: 'automatic' },
  'a shop that is down costs more than another instance',
);

/** The policy contains, and lets a person have tracked connections cut by opening the interfaces for a minute. */
export const untracking = severe(
  'untrack-after-a-yes',
  { mode: 'contain', untracking: 'ask' },
  'a channel that no finding names must not live on, and the host must not be stopped',
);

/** The whole subnet is cut at once; or only where something is seen to pass. */
export const cuttingTheSubnet = (subnetAcl: 'automatic' | 'if-open') =>
  severe(
    'cut-the-subnet',
    { mode: 'contain', subnetAcl },
    'the subnet has nothing that must be reached at once',
  );

/** The policy keeps a path for an analyst once the instance is cut off. */
export const keepingPath = severe(
  'keep-a-path',
  { mode: 'contain', managementPath: 'automatic' },
  'an analyst takes the memory of a contained host through its agent',
);

/** The policy has the contents of evidence taken to the home Region, whichever Region the host is in. */
export const takingHome = severe(
  'one-laboratory',
  { mode: 'contain', residency: 'home' },
  'those who examine work in the home Region, and no law keeps it elsewhere',
);

/** The policy wants the memory of the running host, through the path that is kept for it, and then has the host stopped. */
export const capturing = severe(
  'take-memory',
  { mode: 'contain', memory: 'automatic', managementPath: 'automatic', stop: 'automatic' },
  'what ran on the host is in its memory alone',
);

/** The same, before the host is cut off. */
export const memoryFirst = severe(
  'memory-first',
  { mode: 'contain', order: 'memory-first', memory: 'automatic', stop: 'automatic' },
  'what ran on the host is worth the minutes that its cut waits',
);

/** The policy stops a lone instance at once, and asks whether another is launched in its place. */
export const askingToReplace = severe(
  'people-replace',
  { mode: 'contain', replacement: 'ask', stop: 'automatic' },
  'people look at the hole before another instance has it',
);
