import type { CordonConfig } from './config.ts';
import { regionVaultBucketName, vaultBucketName } from './contract.ts';

/** Where the contents of an incident's evidence lie: in its own Region where it is absent; in the home Region where a rule of the policy says so. */
export type Residency = 'home' | undefined;

type Deployment = Pick<CordonConfig, 'homeRegion' | 'regions'>;

/** What buckets are named by. */
interface Owner {
  readonly homeRegion: string;
  readonly accounts: { readonly evidence: string };
}

/**
 * The Region in whose vault the contents of an incident's evidence lie. Pure.
 *
 * @returns undefined where there is nothing to choose: the incident is of the home Region, or of a Region that the deployment has no vault in; then it is the home Region's
 */
export const contentsRegion = (
  { homeRegion, regions }: Deployment,
  { region, residency }: { readonly region: string; readonly residency?: Residency },
): string | undefined => {
  if (region === homeRegion || !regions.some((one) => one === region)) return undefined;
  return residency === 'home' ? homeRegion : region;
};

/** The same, in one sentence for plans; undefined where there is nothing to choose. */
export const residencySentence = (contentsIn: string | undefined, region: string): string | undefined => {
  if (contentsIn === undefined) return undefined;
  return contentsIn === region
    ? `what the host held and said is kept in ${region}; the home Region keeps ids, times and digests`
    : `what the host held and said is taken to the home Region ${contentsIn}, for the policy says so`;
};

/** The vault of a Region: its bucket, as a ledger names it. */
export const vaultIn = (
  { homeRegion, accounts: { evidence } }: Owner,
  region: string | undefined,
): { readonly region: string; readonly bucket: string } =>
  region === undefined || region === homeRegion
    ? { region: homeRegion, bucket: vaultBucketName(evidence) }
    : { region, bucket: regionVaultBucketName(evidence, region) };

/**
 * The Region of one of the evidence account's vaults, by its bucket. Pure.
 *
 * @param bucket undefined is the home Region's
 * @returns undefined for a bucket that is no vault
 */
export const regionOfVault = (
  { homeRegion, accounts: { evidence } }: Owner,
  bucket: string | undefined,
): string | undefined => {
  if (bucket === undefined || bucket === vaultBucketName(evidence)) return homeRegion;
  const start = regionVaultBucketName(evidence, '');
  const region = bucket.slice(start.length);
  return bucket.startsWith(start) && /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region) ? region : undefined;
};

/** An incident with what its policy says of where contents lie: it travels with the incident, so that every request to the recorder says the same. Without a posture it is as it was. */
export const residing = <Of extends { readonly residency?: Residency }>(
  incident: Of,
  posture: { readonly residency?: Residency } | undefined,
): Of =>
  posture === undefined || incident.residency === posture.residency
    ? incident
    : { ...incident, residency: posture.residency };
