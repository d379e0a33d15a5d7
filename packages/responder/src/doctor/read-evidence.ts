import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { vaultIn } from '@cordon/incident';
import * as z from 'zod';
import type { DoctorFacts, KeyFact } from '@cordon/incident/doctor';
import { clientFor, type Connection } from '../aws/connection.ts';
import { ask, askOr, reading } from './ask.ts';
import { asViewer, type Stage } from './stage.ts';

/** Policies as this configuration deploys them, parsed. */
export interface WantedPolicies {
  readonly keys: readonly { readonly alias: string; readonly region: string; readonly policy: unknown }[];
  readonly vaults: readonly { readonly region: string; readonly policy: unknown }[];
  /** Functions of the evidence account, with the ARNs of roles that may call them. */
  readonly called: readonly {
    readonly functionName: string;
    readonly region: string;
    readonly roles: readonly string[];
  }[];
}

const keyOf = async (connection: Connection, alias: string): Promise<KeyFact | undefined> => {
  const client = clientFor(KMSClient, connection);
  const said = await askOr('kms:DescribeKey', () => client.send(new DescribeKeyCommand({ KeyId: alias })), {
    codes: /^NotFoundException$/,
    instead: undefined,
  });
  const key = said?.KeyMetadata;
  if (key === undefined) return undefined;
  return {
    state: key.KeyState ?? 'unknown',
    policy: await reading(async () => {
      const { Policy = '{}' } = await ask('kms:GetKeyPolicy', () =>
        client.send(new GetKeyPolicyCommand({ KeyId: key.KeyId })),
      );
      return JSON.parse(Policy) as unknown;
    }),
  };
};

/** The keys of the evidence account, beside what their policies should be. */
export const readKeys = (stage: Stage, { keys }: WantedPolicies): Promise<DoctorFacts['keys']> =>
  Promise.all(
    keys.map(async ({ alias, region, policy }) => ({
      alias,
      region,
      wanted: policy,
      reading: await asViewer(stage, { viewer: 'evidence', region }, (connection) =>
        reading(() => keyOf(connection, alias)),
      ),
    })),
  );

/** The policies of all Regions' vaults, beside what they should be. */
export const readVaults = (stage: Stage, { vaults }: WantedPolicies): Promise<DoctorFacts['vaults']> =>
  Promise.all(
    vaults.map(async ({ region, policy }) => ({
      region,
      wanted: policy,
      reading: await asViewer(stage, { viewer: 'evidence', region }, (connection) =>
        reading(async () => {
          const Bucket = vaultIn(stage.config, region).bucket;
          const said = await askOr(
            's3:GetBucketPolicy',
            () => clientFor(S3Client, connection).send(new GetBucketPolicyCommand({ Bucket })),
            { codes: /^NoSuchBucket/, instead: undefined },
          );
          return said?.Policy === undefined ? undefined : (JSON.parse(said.Policy) as unknown);
        }),
      ),
    })),
  );

/** As much of a function's policy as says who calls it. */
const functionPolicy = z.object({
  Statement: z.array(z.object({ Principal: z.unknown() })),
});
const byAws = z.object({ AWS: z.string() });

/** Who may call functions of the evidence account, beside who should: ARNs, or ids of what was deleted. */
export const readCallers = (stage: Stage, { called }: WantedPolicies): Promise<DoctorFacts['callers']> =>
  Promise.all(
    called.map(async ({ functionName, region, roles }) => ({
      functionName,
      region,
      wanted: roles,
      reading: await asViewer(stage, { viewer: 'evidence', region }, (connection) =>
        reading(async () => {
          const said = await askOr(
            'lambda:GetPolicy',
            () =>
              clientFor(LambdaClient, connection).send(new GetPolicyCommand({ FunctionName: functionName })),
            { codes: /^ResourceNotFoundException$/, instead: undefined },
          );
          if (said?.Policy === undefined) return undefined;
          return functionPolicy.parse(JSON.parse(said.Policy)).Statement.flatMap(({ Principal }) => {
            const named = byAws.safeParse(Principal);
            return named.success ? named.data.AWS : [];
          });
        }),
      ),
    })),
  );
