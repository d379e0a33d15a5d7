import { canonical, type Plain } from './normalize.ts';

/** Places of one divergence: each of these steps differs in each of these places, and says just this there. */
export interface Spot {
  /** Names of steps. */
  readonly steps: readonly string[];
  /** By place in the answer, as `compare` names it, what each side says: JSON, `absent`, or an outcome. */
  readonly says: Readonly<Record<string, Said>>;
}

/** What the two say in one place. */
interface Said {
  readonly local: string;
  readonly moto: string;
}

/** A known divergence: where the two differ, what each says, and who is right by which page of AWS. */
export interface Divergence extends Reason {
  readonly at: readonly Spot[];
  /** `neither-documented`: the page allows what each says, or says nothing. */
  readonly right: 'local-aws' | 'moto' | 'neither-documented';
}

interface Reason {
  /** The page of AWS. */
  readonly page: string;
  /** What it says, or why the difference stays. */
  readonly because: string;
}

const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/';

/** Pages by the names of EC2's API reference. */
export const ec2Page = (name: string): string => `${EC2}API_${name}.html`;

const text = (value: Plain | undefined): string => (value === undefined ? 'absent' : canonical(value));

/** Steps with what one side says in each place, where the other says nothing. */
export interface Alone {
  readonly steps: readonly string[];
  readonly says: Readonly<Record<string, Plain>>;
}

/** Steps with what each side says in each place; a side that is left out says nothing. */
export interface Both {
  readonly steps: readonly string[];
  readonly says: Readonly<Record<string, { readonly local?: Plain; readonly moto?: Plain }>>;
}

/** Steps that all differ in all of these places, by what is said there. */
export const at = <Says>(
  steps: readonly string[],
  says: Says,
): { readonly steps: readonly string[]; readonly says: Says } => ({ steps, says });

const spotOf = ({ steps, says }: Both): Spot => ({
  steps,
  says: Object.fromEntries(
    Object.entries(says).map(([path, { local, moto }]) => [path, { local: text(local), moto: text(moto) }]),
  ),
});

const alone = (spots: readonly Alone[], side: 'local' | 'moto'): readonly Spot[] =>
  spots.map(({ steps, says }) =>
    spotOf({
      steps,
      says: Object.fromEntries(Object.entries(says).map(([path, value]) => [path, { [side]: value }])),
    }),
  );

/** moto leaves out, by its page, what the local organization says. */
export const motoLacks = (spots: readonly Alone[], reason: Reason): Divergence => ({
  at: alone(spots, 'local'),
  right: 'local-aws',
  ...reason,
});

/** The local organization leaves out, by the page, what moto says: nothing of the product reads it. */
export const localLacks = (spots: readonly Alone[], reason: Reason): Divergence => ({
  at: alone(spots, 'moto'),
  right: 'moto',
  ...reason,
});

/** Each says another thing. */
export const differ = (spots: readonly Both[], reason: Reason & Pick<Divergence, 'right'>): Divergence => ({
  at: spots.map(spotOf),
  ...reason,
});

/** One side answers what the other refuses: `answered`, or `refused` and the code. */
export const outcomes = (
  steps: readonly string[],
  said: Said,
  reason: Reason & Pick<Divergence, 'right'>,
): Divergence => ({ at: [{ steps, says: { outcome: said } }], ...reason });

/** moto does what AWS, by the page, refuses. */
export const motoTakes = (steps: readonly string[], code: string, reason: Reason): Divergence =>
  outcomes(steps, { local: `refused ${code}`, moto: 'answered' }, { right: 'local-aws', ...reason });
