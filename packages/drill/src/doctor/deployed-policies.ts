import { vaultIn, type CordonConfig } from '@cordon/incident';
import { deployStack, notYetMade, readTemplate, type ResolvedResource } from '@cordon/templates';
import { productTemplates } from '../world/product-templates.ts';

/** A control policy of ours. */
export interface Guardrail {
  readonly kind: 'SCP' | 'RCP';
  readonly name: string;
  readonly document: unknown;
  /** Empty where it is attached by hand. */
  readonly targets: readonly string[];
}

/** Policies of the evidence account, and guardrails, as this configuration deploys them. */
export interface DeployedPolicies {
  readonly guardrails: readonly Guardrail[];
  readonly keys: readonly { readonly alias: string; readonly region: string; readonly policy: unknown }[];
  readonly vaults: readonly { readonly region: string; readonly policy: unknown }[];
  /** Functions of the evidence account that roles of other accounts call, with the ARNs of those roles. */
  readonly called: readonly {
    readonly functionName: string;
    readonly region: string;
    readonly roles: readonly string[];
  }[];
}

const partitionOf = (region: string): string =>
  region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws';

/** Every resource of a template with its properties resolved: what it refers to is known by its logical id, which no policy of a key names. */
const resolved = (
  template: unknown,
  {
    account,
    region,
    stackName,
  }: { readonly account: string; readonly region: string; readonly stackName: string },
): readonly ResolvedResource[] => {
  const found: ResolvedResource[] = [];
  const environment = {
    account,
    region,
    stackName,
    partition: partitionOf(region),
    parameters: {},
    ssmParameters: () => 'unknown',
    availabilityZones: [`${region}a`, `${region}b`, `${region}c`],
  };
  deployStack(readTemplate(template, stackName), environment, (resource) => {
    found.push(resource);
    return notYetMade(resource.logicalId);
  });
  return found;
};

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((item: unknown) => String(item)) : [];

/** The guardrails of a template, as text or as an object in it. */
const guardrailsIn = (resources: readonly ResolvedResource[]): readonly Guardrail[] =>
  resources
    .filter(({ type }) => type === 'AWS::Organizations::Policy')
    .map(({ properties }) => {
      const { Content: content, Name: name, Type: type, TargetIds: targets } = properties;
      return {
        kind: type === 'SERVICE_CONTROL_POLICY' ? 'SCP' : 'RCP',
        name: String(name),
        document: typeof content === 'string' ? (JSON.parse(content) as unknown) : content,
        targets: listOf(targets),
      };
    });

/** Functions that roles may call by name, and those roles. */
const calledIn = (resources: readonly ResolvedResource[]): ReadonlyMap<string, readonly string[]> => {
  const nameOf = new Map(
    resources.flatMap(({ type, logicalId, properties }) =>
      type === 'AWS::Lambda::Function' ? [[logicalId, String(properties['FunctionName'])] as const] : [],
    ),
  );
  const called = new Map<string, readonly string[]>();
  for (const { type, properties } of resources) {
    const { Principal: principal, FunctionName: reference } = properties;
    const name = nameOf.get(String(reference).replace(/\.Arn$/, ''));
    if (type !== 'AWS::Lambda::Permission' || !/:role\//.test(String(principal))) continue;
    if (name === undefined) throw new Error(`${String(reference)} is no function of its template`);
    called.set(name, [...(called.get(name) ?? []), String(principal)]);
  }
  return called;
};

/** The policies of the evidence account's named keys and of its vaults, and the guardrails, from the synthesized templates. Throws BadInput where they are not built. */
export const deployedPolicies = (config: CordonConfig): DeployedPolicies => {
  const keys: { alias: string; region: string; policy: unknown }[] = [];
  const guardrails: Guardrail[] = [];
  const vaults: { region: string; policy: unknown }[] = [];
  const called: { functionName: string; region: string; roles: readonly string[] }[] = [];
  for (const { stackName, account, placement, template } of productTemplates()) {
    if (account === 'management')
      guardrails.push(
        ...guardrailsIn(
          resolved(template, { account: config.accounts.management, region: config.homeRegion, stackName }),
        ),
      );
    if (account !== 'evidence') continue;
    for (const region of placement === 'home' ? [config.homeRegion] : config.regions) {
      const resources = resolved(template, { account: config.accounts.evidence, region, stackName });
      for (const [functionName, roles] of calledIn(resources)) called.push({ functionName, region, roles });
      const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
      for (const { type, properties } of resources) {
        if (type === 'AWS::KMS::Alias') {
          const key = byId.get(String(properties['TargetKeyId']));
          keys.push({ alias: String(properties['AliasName']), region, policy: key?.properties['KeyPolicy'] });
        }
        const bucket = byId.get(String(properties['Bucket']));
        if (
          type === 'AWS::S3::BucketPolicy' &&
          bucket?.properties['BucketName'] === vaultIn(config, region).bucket
        )
          vaults.push({ region, policy: properties['PolicyDocument'] });
      }
    }
  }
  return { keys, vaults, called, guardrails };
};
