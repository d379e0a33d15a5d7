import { ssmState } from '@cordon/local-aws';
import { config } from '../../cordon.config.ts';
import { vaultVersions } from '../vault-text.ts';
import type { Played, Stage } from './play.ts';

/** The newest bytes of all objects of a label in the vault, one after the other. */
export const vaultBytes = ({ organization }: Played, label: string): Buffer => {
  const versions = vaultVersions(organization, config.accounts.evidence);
  return Buffer.concat(
    [...versions].flatMap(([key, [newest]]) =>
      key.endsWith(`/objects/${label}`) && newest?.kind === 'object' ? [newest.body] : [],
    ),
  );
};

/** The documents of Systems Manager where the suspect is. */
export const documentsOf = ({ organization, suspect }: Stage) =>
  organization.world.of(ssmState, suspect.account, suspect.region).documents;
