import type { Ids } from '../../core/ids.ts';
import { ServiceFault } from '../../core/fault.ts';
import type { World } from '../../core/world.ts';
import { makeKey, type KeyDescription } from './make-key.ts';
import { kmsState, type Key } from './state.ts';

/** Names a key by an alias in its account and Region. Throws when the alias does not begin with `alias/` or is taken. */
export const addAlias = (
  world: World,
  on: { readonly account: string; readonly region: string; readonly alias: string; readonly keyId: string },
): void => {
  const { aliases, keys } = world.of(kmsState, on.account, on.region);
  const place = `${on.account} ${on.region}`;
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(on.alias))
    throw new Error(`alias ${on.alias} in ${place}: want alias/name of letters, digits, / _ -`);
  if (aliases.has(on.alias))
    throw new ServiceFault(
      'AlreadyExistsException',
      `alias ${on.alias} in ${place} exists already: give the key another alias`,
    );
  if (!keys.has(on.keyId))
    throw new Error(
      `alias ${on.alias} in ${place} names key ${on.keyId}, which does not exist: make the key first`,
    );
  aliases.set(on.alias, on.keyId);
};

/**
 * Puts a customer managed key into the world without an API call, as when a world is built for a drill.
 *
 * @param on where, and what differs from a key that CreateKey makes; `alias` as `alias/name`
 * @param making where ids and material come from, and the virtual epoch ms of its creation
 */
export const addKey = (
  world: World,
  on: KeyDescription & { readonly alias?: string },
  making: { readonly ids: Ids; readonly now: number },
): Key => {
  const key = makeKey(world, on, making);
  if (on.alias !== undefined)
    addAlias(world, { account: on.account, region: on.region, alias: on.alias, keyId: key.keyId });
  return key;
};
