import { ServiceFault } from '../../core/fault.ts';

/** What a filter name reads of a record: none, one or several values. */
export type Readers<Item> = Readonly<Record<string, (item: Item) => readonly string[]>>;

interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** Filter values know `*` and `?`, are case-sensitive, and `\` takes a wildcard literally. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html#Filtering_Resources_CLI */
const pattern = (value: string): RegExp => {
  const source = value.replaceAll(/\\[*?\\]|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    return (part.length === 2 ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
};

const readerFor = <Item extends { readonly tags?: ReadonlyMap<string, string> }>(
  name: string,
  readers: Readers<Item>,
): ((item: Item) => readonly string[]) => {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (item) => {
      const value = item.tags?.get(key);
      return value === undefined ? [] : [value];
    };
  }
  if (name === 'tag-key') return (item) => [...(item.tags?.keys() ?? [])];
  const reader = readers[name];
  if (reader === undefined) {
    throw new ServiceFault('UnsupportedOperation', `local organization: filter ${name} is not implemented`, {
      status: 501,
    });
  }
  return reader;
};

/**
 * Keeps the records that every filter matches; a filter matches when one of its values does.
 *
 * @param readers by filter name; `tag:<key>` and `tag-key` are always known
 * @throws ServiceFault UnsupportedOperation (501) for a filter name that is not implemented
 */
export const applyFilters = <Item extends { readonly tags?: ReadonlyMap<string, string> }>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  readers: Readers<Item>,
): readonly Item[] => {
  const tests = (filters ?? []).map(({ Name, Values }) => {
    const read = readerFor(Name ?? '', readers);
    const patterns = (Values ?? []).map(pattern);
    return (item: Item): boolean =>
      read(item).some((value) => patterns.some((expected) => expected.test(value)));
  });
  return items.filter((item) => tests.every((test) => test(item)));
};

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** The page sizes that EC2 takes. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination */
const SMALLEST_PAGE = 5;
const LARGEST_PAGE = 1000;

const positionOf = (token: string | undefined): number => {
  if (token === undefined) return 0;
  const position = /^from-(\d+)$/.exec(Buffer.from(token, 'base64').toString('utf8'))?.[1];
  if (position === undefined)
    throw new ServiceFault(
      'InvalidPaginationToken',
      'The specified pagination token is not valid or is expired',
    );
  return Number(position);
};

/**
 * One page of a list.
 *
 * @param ids the ids that the request named, if any: EC2 refuses a page size together with ids
 * @throws ServiceFault InvalidParameterCombination, InvalidParameterValue (size outside 5-1000), InvalidPaginationToken
 */
export const page = <Item>(
  items: readonly Item[],
  request: PageRequest,
  ids: readonly string[] | undefined,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } => {
  const size = request.MaxResults;
  if (size !== undefined && ids !== undefined && ids.length > 0) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'The parameter MaxResults cannot be used with a list of ids',
    );
  }
  if (size !== undefined && (size < SMALLEST_PAGE || size > LARGEST_PAGE)) {
    throw new ServiceFault(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${SMALLEST_PAGE} and ${LARGEST_PAGE}.`,
    );
  }
  const from = positionOf(request.NextToken);
  const to = from + (size ?? LARGEST_PAGE);
  const nextToken = to < items.length ? Buffer.from(`from-${to}`).toString('base64') : undefined;
  return { items: items.slice(from, to), nextToken };
};
