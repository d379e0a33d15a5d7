/** A known divergence: where the two differ, what each says, and who is right by which page of AWS. */
export interface Divergence {
  /** Names of steps; one that ends with `*` stands for all that begin so. */
  readonly steps: readonly string[];
  /** Places in the answer; one that begins with `*` stands for all that end so. `outcome`: one side refuses. */
  readonly paths: readonly string[];
  /** What each says: JSON, `absent`, `something` for anything but that, or `anything`. */
  readonly local: string;
  readonly moto: string;
  /** `neither-documented`: the page allows what each says, or says nothing. */
  readonly right: 'local-aws' | 'moto' | 'neither-documented';
  /** The page of AWS. */
  readonly page: string;
  /** What it says, or why the difference stays. */
  readonly because: string;
}

const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/';

/** Pages by the names of EC2's API reference. */
export const ec2Page = (name: string): string => `${EC2}API_${name}.html`;

type Reason = Pick<Divergence, 'page' | 'because'>;

/** moto leaves out, by its page, what the local organization says. */
export const motoLacks = (
  steps: readonly string[],
  paths: readonly string[],
  reason: Reason,
): Divergence => ({ steps, paths, local: 'something', moto: 'absent', right: 'local-aws', ...reason });

/** The local organization leaves out, by the page, what moto says: nothing of the product reads it. */
export const localLacks = (
  steps: readonly string[],
  paths: readonly string[],
  reason: Reason,
): Divergence => ({ steps, paths, local: 'absent', moto: 'something', right: 'moto', ...reason });

/** moto does what AWS, by the page, refuses. */
export const motoTakes = (steps: readonly string[], code: string, reason: Reason): Divergence => ({
  steps,
  paths: ['outcome'],
  local: `refused ${code}`,
  moto: 'answered',
  right: 'local-aws',
  ...reason,
});

/** Each says another thing, by JSON. */
export const differ = (
  steps: readonly string[],
  paths: readonly string[],
  said: Pick<Divergence, 'local' | 'moto' | 'right'> & Reason,
): Divergence => ({ steps, paths, ...said });
