/** A member of something whose shape is not known. */
const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;

/** A text member of a call's input or output, or of an event; undefined when there is none. */
export const text = (of: unknown, name: string): string | undefined => {
  const found = member(of, name);
  return typeof found === 'string' ? found : undefined;
};

/** A list member; empty when there is none. */
export const list = (of: unknown, name: string): readonly unknown[] => {
  const found = member(of, name);
  return Array.isArray(found) ? found : [];
};

/** The texts of a list member. */
export const texts = (of: unknown, name: string): readonly string[] =>
  list(of, name).filter((one) => typeof one === 'string');

/** A member that is an object; undefined when it is none. */
export const inner = (of: unknown, name: string): object | undefined => {
  const found = member(of, name);
  return typeof found === 'object' && found !== null ? found : undefined;
};

/** Tags that a call gives at creation, whatever it creates (`TagSpecifications`). */
export const tagsAtCreation = (input: unknown): ReadonlyMap<string, string> =>
  new Map(
    list(input, 'TagSpecifications').flatMap((one) =>
      list(one, 'Tags').map((tag) => [text(tag, 'Key') ?? '', text(tag, 'Value') ?? ''] as const),
    ),
  );

/** Every text inside a value, however deep: names of members too. */
export const everyText = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(everyText);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) => [name, ...everyText(held)]);
};
