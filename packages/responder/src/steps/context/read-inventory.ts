import { ListInventoryEntriesCommand, SSMClient } from '@aws-sdk/client-ssm';
import { MOST_BYTES, quoted, thatFit, type Part } from '@cordon/incident';
import { faultCode } from '../../aws/classify.ts';
import { clientFor, type Connection } from '../../aws/connection.ts';
import { keepRead, sayMissing, type Keeping } from './keep.ts';

const LABEL = 'inventory.json';

/**
 * Of the types that an inventory has by default, those that say what ran on the host and how it was connected.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
 */
const TYPES = ['AWS:Application', 'AWS:Network', 'AWS:InstanceDetailedInformation'] as const;

/** Of 50 entries each: a host with every package of a distribution has some 40. */
const MOST_PAGES = 40;

/** What one type of inventory holds. `because`: why there is nothing, or not all. */
interface OfType {
  readonly typeName: string;
  readonly captureTime?: string | undefined;
  readonly schemaVersion?: string | undefined;
  readonly entries: readonly unknown[];
  readonly because?: string;
}

const share = Math.floor((MOST_BYTES - 100_000) / TYPES.length);

const readType = async (ssm: SSMClient, instanceId: string, typeName: string): Promise<OfType> => {
  const texts: string[] = [];
  let token: string | undefined;
  let first: { captureTime?: string | undefined; schemaVersion?: string | undefined } = {};
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const said = await ssm.send(
      new ListInventoryEntriesCommand({
        InstanceId: instanceId,
        TypeName: typeName,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    if (page === 1) first = { captureTime: said.CaptureTime, schemaVersion: said.SchemaVersion };
    texts.push(...(said.Entries ?? []).map((entry) => JSON.stringify(entry)));
    token = said.NextToken === '' ? undefined : said.NextToken;
    if (token === undefined) break;
  }
  const fitting = thatFit(texts, share);
  const because =
    token !== undefined || fitting.leftOut > 0
      ? `there are more entries than the ${fitting.texts.length} that are kept`
      : texts.length === 0
        ? 'Systems Manager has no entries of this type: nobody collects it, or the agent sent none'
        : undefined;
  const entries = fitting.texts.map((text): unknown => JSON.parse(text));
  return { typeName, ...first, entries, ...(because === undefined ? {} : { because }) };
};

const wordsOf = ({ typeName, entries, captureTime }: OfType): string =>
  `${typeName} ${entries.length}${captureTime === undefined ? '' : ` as of ${quoted(captureTime)}`}`;

/**
 * The inventory that Systems Manager has of the instance, whole up to a bound. The agent sent it, and whoever has the role of the instance can
 * send another: it is the host's word. An instance that Systems Manager does not know has none, which is said in the object, and lacks no
 * evidence. Tried twice alone, that throttled calls in the member cost none of the other context.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html
 */
export const readInventory = async (keeping: Keeping, connection: Connection): Promise<Part> => {
  const ssm = clientFor(SSMClient, { ...connection, impatient: true });
  let note = 'Systems Manager does not know the instance, and has no inventory of it';
  const part = await keepRead(keeping, LABEL, async () => {
    try {
      const types = await Promise.all(TYPES.map((type) => readType(ssm, keeping.incident.instanceId, type)));
      note = `Inventory, by the host's word: ${types.map(wordsOf).join('; ')}`;
      for (const { typeName, entries, because } of types)
        if (entries.length > 0 && because !== undefined)
          await sayMissing(keeping, LABEL, `${typeName}: ${because}`);
      return { caveat: 'The agent of the host sent this: it is the word of the host.', types };
    } catch (error) {
      if (faultCode(error) !== 'InvalidInstanceId') throw error;
      return { types: [], because: 'Systems Manager does not know the instance' };
    }
  });
  return part.status === 'kept' ? { ...part, note: { id: 'inventory', detail: note } } : part;
};
