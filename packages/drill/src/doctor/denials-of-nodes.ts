import { FULL_ACCESS } from '@cordon/local-aws';
import { BadInput } from '../raw/bad-input.ts';
import { readPolicyFile, type AccountKind, type GivenPolicy } from './given-policies.ts';
import type { AskedThere } from './record-checks.ts';
import { replayWith, type Denial } from './replay-with.ts';

/** A control policy, and the nodes that it is attached to. */
export interface NodePolicy {
  readonly kind: 'SCP' | 'RCP';
  readonly name: string;
  /** JSON. */
  readonly content: string;
  /** Ids of roots, units and accounts. */
  readonly targets: readonly string[];
  /** AWS's own, which allows everything. */
  readonly isAws: boolean;
}

/** An account by what it is to us, and the nodes above it. */
export interface PlacedAccount {
  readonly id: string;
  readonly kind: AccountKind;
  readonly above: readonly string[];
}

/** What is denied at a node, over all Regions. */
export interface NodeDenial {
  readonly kind: 'SCP' | 'RCP';
  /** The nodes that have these policies; the first, and how many more. */
  readonly node: string;
  readonly policy: string;
  readonly sid?: string;
  readonly step: Denial['step'];
  readonly actions: readonly string[];
  readonly regions: readonly string[];
}

/** All that the policies of an organization do to a recorded response. */
export interface DenialsOfNodes {
  readonly denials: readonly NodeDenial[];
  readonly unjudged: readonly { readonly policy: string; readonly because: string }[];
}

interface Group {
  readonly kind: NodePolicy['kind'];
  readonly nodes: readonly string[];
  readonly policies: readonly NodePolicy[];
  readonly below: ReadonlySet<AccountKind>;
}

/** Nodes that have the same policies above the same kinds of accounts are asked once. Those with AWS's own alone deny nothing. */
const groupsOf = (policies: readonly NodePolicy[], accounts: readonly PlacedAccount[]): readonly Group[] => {
  const below = new Map<string, Set<AccountKind>>();
  for (const { id, kind, above } of accounts)
    for (const node of [...above, id]) below.set(node, (below.get(node) ?? new Set()).add(kind));
  const attached = new Map<string, NodePolicy[]>();
  for (const policy of policies)
    for (const node of policy.targets) {
      const key = `${policy.kind} ${node}`;
      attached.set(key, [...(attached.get(key) ?? []), policy]);
    }
  const nodes = [...attached].flatMap(([key, at]) => {
    const [kind = '', node = ''] = key.split(' ');
    const kinds = below.get(node);
    if (kinds === undefined || at.every(({ isAws }) => isAws)) return [];
    const names = at.map(({ name }) => name).toSorted();
    return [{ node, at, kinds, key: JSON.stringify([kind, names, [...kinds].toSorted()]) }];
  });
  return [...Map.groupBy(nodes, ({ key }) => key).values()].flatMap((same) => {
    const [first] = same;
    const kind = first?.at[0]?.kind;
    if (first === undefined || kind === undefined) return [];
    return [{ kind, nodes: same.map(({ node }) => node), policies: first.at, below: first.kinds }];
  });
};

type Compiled = ReadonlyMap<NodePolicy, GivenPolicy['policy']>;

const givenAt = ({ policies, below }: Group, compiled: Compiled): readonly GivenPolicy[] =>
  policies.flatMap((policy) => {
    const read = compiled.get(policy);
    return read === undefined ? [] : [...below].map((only) => ({ policy: read, only }));
  });

const nodeName = ([first = '', ...more]: readonly string[]): string =>
  more.length === 0 ? first : `${first} and ${more.length} more`;

/** One line for each statement and step, whatever the Regions and actions. */
const merged = (
  { kind, nodes }: Group,
  found: readonly { readonly region: string; readonly denial: Denial }[],
): readonly NodeDenial[] => {
  const byCause = Map.groupBy(found, ({ denial }) =>
    JSON.stringify([denial.policy, denial.sid, denial.step]),
  );
  return [...byCause.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { policy, sid, step } = first.denial;
    return [
      {
        kind,
        node: nodeName(nodes),
        policy,
        ...(sid === undefined ? {} : { sid }),
        step,
        actions: [...new Set(same.map(({ denial }) => denial.action))],
        regions: [...new Set(same.map(({ region }) => region))],
      },
    ];
  });
};

const compileAll = (
  policies: readonly NodePolicy[],
): { readonly compiled: Compiled; readonly unjudged: DenialsOfNodes['unjudged'] } => {
  const compiled = new Map<NodePolicy, GivenPolicy['policy']>();
  const unjudged: { policy: string; because: string }[] = [];
  for (const policy of policies) {
    const { kind, name, content: text } = policy;
    try {
      compiled.set(policy, policy.isAws ? FULL_ACCESS[kind] : readPolicyFile({ kind, name, text }).policy);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      unjudged.push({ policy: `${kind} ${name}`, because: error.message });
    }
  }
  return { compiled, unjudged };
};

/**
 * Asks a recorded response again under what is attached to each node, in each Region, and gives what would be denied. Pure.
 *
 * @param at `member` stands for every member account
 */
export const denialsOfNodes = (
  recording: AskedThere,
  policies: readonly NodePolicy[],
  at: { readonly accounts: readonly PlacedAccount[]; readonly regions: readonly string[] },
): DenialsOfNodes => {
  const { compiled, unjudged } = compileAll(policies);
  const keys = new Map<string, { readonly policy: string; readonly because: string }>();
  const denials = groupsOf(policies, at.accounts).flatMap((group) => {
    const given = givenAt(group, compiled);
    if (given.length === 0) return [];
    const found = at.regions.flatMap((region) => {
      const scps = group.kind === 'SCP' ? given : [];
      const rcps = group.kind === 'RCP' ? given : [];
      const replayed = replayWith(recording, { scps, rcps, region });
      for (const { policy, key, because } of replayed.unjudgedKeys)
        keys.set(`${policy} ${key}`, { policy, because: `key ${key}: ${because}` });
      return replayed.denials.map((denial) => ({ region, denial }));
    });
    return merged(group, found);
  });
  return { denials, unjudged: [...unjudged, ...keys.values()] };
};
