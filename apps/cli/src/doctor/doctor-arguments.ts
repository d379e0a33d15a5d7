import type { AccountKind, CordonConfig, PolicyFile } from '@cordon/drill';
import { UsageError } from '../usage-error.ts';

/** Options of `cordon doctor policies` as commander gives them. */
export interface DoctorArguments {
  readonly scp?: readonly string[];
  readonly rcp?: readonly string[];
  readonly keyPolicy?: string;
  readonly account?: string;
  readonly region?: string;
  readonly json?: true;
}

/** A file that was named, what it is, and the accounts that it is for; all of them when it does not say. */
export interface NamedFile {
  readonly path: string;
  readonly kind: PolicyFile['kind'];
  readonly only?: AccountKind;
}

/** `member=FILE` is for member accounts alone; a path without such a beginning is for all. */
const named = (path: string, kind: PolicyFile['kind'], kinds: readonly AccountKind[]): NamedFile => {
  const only = kinds.find((one) => path.startsWith(`${one}=`));
  return only === undefined ? { path, kind } : { path: path.slice(only.length + 1), kind, only };
};

/** The files that were named. Throws UsageError when there is none, and when standard input is named twice. */
export const filesOf = (given: DoctorArguments, kinds: readonly AccountKind[]): readonly NamedFile[] => {
  const files = [
    ...(given.scp ?? []).map((path) => named(path, 'SCP', kinds)),
    ...(given.rcp ?? []).map((path) => named(path, 'RCP', kinds)),
    ...(given.keyPolicy === undefined ? [] : [{ path: given.keyPolicy, kind: 'key policy' as const }]),
  ];
  if (files.length === 0)
    throw new UsageError(
      'no-policy',
      'no policy was given, wanted one at least',
      'give --scp FILE, --rcp FILE or --key-policy FILE; see `cordon doctor policies --help`',
    );
  if (files.filter(({ path }) => path === '-').length > 1)
    throw new UsageError('one-standard-input', 'two policies are -', 'give all but one of them as files');
  return files;
};

/** Refuses a place at which no response could take place. Throws UsageError. */
export const refusePlace = ({ account, region, keyPolicy }: DoctorArguments, config: CordonConfig): void => {
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new UsageError(
      'bad-account-id',
      `--account is ${JSON.stringify(account)}, wanted 12 digits`,
      'give the id of the member account that you have in mind',
    );
  const own = Object.entries(config.accounts).find(([, id]) => id === account)?.[0];
  if (own !== undefined)
    throw new UsageError(
      'own-account',
      `--account ${account} is the ${own} account of cordon.config.ts, wanted a member`,
      'give the id of an account with workloads',
    );
  if (region !== undefined && !config.regions.some((one) => one === region))
    throw new UsageError(
      'unprotected-region',
      `--region is ${JSON.stringify(region)}, wanted one of ${config.regions.join(', ')}`,
      'give a Region that cordon.config.ts protects: nothing is done in others',
    );
  if (keyPolicy !== undefined && account === undefined)
    throw new UsageError(
      'no-account',
      '--key-policy was given without --account: the policy names the account that the key is in',
      'give --account with the id of that account',
    );
};
