import { decodeSigned } from '@cordon/evidence';
import { regionVaultBucketName, vaultBucketName } from '@cordon/incident';
import { s3State, type Bucket, type World } from '@cordon/local-aws';

/** What lies in the vault under a key, as text: of an entry what its envelope holds, of an object its own. */
export const vaultText = (key: string, body: Buffer): string =>
  key.includes('/custody/') ? JSON.stringify(decodeSigned(key, body)) : body.toString('utf8');

/** The vaults of all Regions, that of the home Region first. */
export const vaultsOf = ({ world }: { readonly world: World }, evidence: string): readonly Bucket[] => {
  const { buckets } = world.of(s3State, '', '');
  const home = buckets.get(vaultBucketName(evidence));
  const others = [...buckets.values()].filter(({ name }) =>
    name.startsWith(regionVaultBucketName(evidence, '')),
  );
  return [...(home === undefined ? [] : [home]), ...others];
};

/** What lies in them, by key. */
export const vaultVersions = (
  organization: { readonly world: World },
  evidence: string,
): ReadonlyMap<string, Bucket['versions'] extends Map<string, infer Versions> ? Versions : never> =>
  new Map(vaultsOf(organization, evidence).flatMap(({ versions }) => [...versions]));
