import * as z from 'zod';
import { BadInput } from './bad-input.ts';

const shape = z.object({
  accounts: z
    .array(z.object({ id: z.string().regex(/^\d{12}$/), name: z.string().min(1).max(50).optional() }))
    .min(1)
    .max(10_000),
});

/** Reads a file of member accounts, `{"accounts": [{"id": "...", "name": "..."}]}`. Throws BadInput that names what is wrong. */
export const readMembers = (
  text: string,
  name: string,
): readonly { readonly id: string; readonly name: string }[] => {
  const hint = 'write {"accounts": [{"id": "602011160021", "name": "shop"}]}, each id with 12 digits';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new BadInput('not-json', `${name} is not JSON`, hint);
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success)
    throw new BadInput(
      'bad-organization',
      `${name}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
      hint,
    );
  return parsed.data.accounts.map(({ id, name: given }) => ({ id, name: given ?? `member-${id}` }));
};
