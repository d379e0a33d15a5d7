import type { CompiledPolicy } from '@cordon/iam';
import { IAM_PATH } from '@cordon/incident';
import { policiesIn, type PlacedPolicy, type World } from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';

/** A document of the product, in all the places of all the worlds that it was deployed to. */
export interface ProductPolicy {
  /** `member/cordon-acquire`, `evidence/key alias/cordon-evidence`, `cordon-members`: what carries it, in which kind of account. */
  readonly label: string;
  readonly kind: PlacedPolicy['kind'];
  /** The same document as each place has it; there is at least one. */
  readonly copies: readonly CompiledPolicy[];
}

const OWN_ACCOUNTS: ReadonlyMap<string, string> = new Map(
  Object.entries(config.accounts).map(([name, id]) => [id, name]),
);

/** CloudFormation's own names end in text that differs from Region to Region. */
const withoutSuffix = (name: string): string =>
  name.startsWith('Cordon') ? name.replace(/-[A-Za-z0-9]{12,13}$/, '') : name;

const isOfProduct = ({ kind, account, on, of }: PlacedPolicy): boolean => {
  switch (kind) {
    case 'identity':
    case 'trust':
      return on.includes(`:role${IAM_PATH}`);
    case 'managed':
      return on.includes(`:policy${IAM_PATH}`);
    case 'bucket':
      return of.startsWith('cordon-');
    case 'key':
      return OWN_ACCOUNTS.has(account) && !of.startsWith('alias/aws/');
    case 'queue':
    case 'topic':
    case 'bus':
    case 'function':
    case 'endpoint':
      return OWN_ACCOUNTS.has(account);
    case 'service-control':
    case 'resource-control':
      // Decisions name them by kind and name, and so do labels.
      return / cordon-/.test(of);
  }
};

const WORD: Readonly<Partial<Record<PlacedPolicy['kind'], string>>> = {
  trust: 'trust of ',
  key: 'key ',
  bucket: 'bucket ',
  queue: 'queue ',
  topic: 'topic ',
  bus: 'bus ',
  function: 'function ',
  endpoint: 'endpoint ',
};

const labelOf = ({ kind, account, of }: PlacedPolicy): string => {
  const where = account === '' ? '' : `${OWN_ACCOUNTS.get(account) ?? 'member'}/`;
  const name =
    kind === 'identity'
      ? withoutSuffix(of.slice(0, of.indexOf(': ')))
      : kind === 'endpoint'
        ? of.slice(of.lastIndexOf('.') + 1)
        : kind === 'bucket'
          ? of.replace(/^(cordon-vault)-\d{12}-.+$/, '$1 of another Region').replace(/-\d{12}$/, '')
          : withoutSuffix(of);
  return `${where}${WORD[kind] ?? ''}${name}`;
};

/** The product's documents in these worlds, sorted by label. Throws when two places of one label differ. */
export const productPolicies = (worlds: readonly World[]): readonly ProductPolicy[] => {
  const placed = worlds.flatMap((world) => policiesIn(world)).filter(isOfProduct);
  const byLabel = Map.groupBy(placed, labelOf);
  return [...byLabel]
    .map(([label, places]): ProductPolicy => {
      const copies = [...new Set(places.map(({ policy }) => policy))];
      const shapes = new Set(copies.map(({ statements }) => statements.map(({ sid }) => sid).join(' ')));
      const [first] = places;
      if (first === undefined || shapes.size !== 1)
        throw new Error(`documents labelled ${label} differ from place to place: ${[...shapes].join(' | ')}`);
      return { label, kind: first.kind, copies };
    })
    .toSorted((one, other) => (one.label < other.label ? -1 : 1));
};

/** Label of every document of the product, by the name that decisions give it; another's name is its own label. */
export const labelsByName = (policies: readonly ProductPolicy[]): ((policyName: string) => string) => {
  const labels = new Map(
    policies.flatMap(({ label, copies }) => copies.map(({ name }) => [name, label] as const)),
  );
  return (name) => labels.get(name) ?? name;
};
