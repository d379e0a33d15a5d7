/** Names one kind of state that a service keeps: per account and Region, per account, or once for the organization. */
export interface StateKey<T> {
  readonly service: string;
  readonly scope: 'regional' | 'account' | 'organization';
  readonly create: () => T;
}

/** Declares a service's state; `create` makes the empty one when it is first looked at. */
export const defineState = <T>(
  service: string,
  scope: StateKey<T>['scope'],
  create: () => T,
): StateKey<T> => ({
  service,
  scope,
  create,
});

/** An account of the organization. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** Organizational path, such as `o-abc/r-abc/ou-abc/`. */
  readonly path: string;
  readonly state: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
}

/** Facts of the organization that no service owns. */
export interface OrganizationFacts {
  readonly organizationId: string;
  readonly managementAccount: string;
  readonly partition: string;
  /** Regions enabled in every account. */
  readonly regions: readonly string[];
  /** Accounts that may call the organization's read operations, besides the management account. */
  readonly delegatedAdministrators: readonly string[];
}

/** All state of all accounts. Services read each other's state through their keys; only operations change it. */
export class World {
  readonly facts: OrganizationFacts;
  readonly accounts = new Map<string, Account>();
  readonly #states = new Map<StateKey<unknown>, Map<string, unknown>>();

  constructor(facts: OrganizationFacts) {
    this.facts = facts;
  }

  /** The state of `key` in this account and Region (ignored where the scope is wider). */
  of<T>(key: StateKey<T>, account: string, region: string): T {
    const place = key.scope === 'regional' ? `${account}/${region}` : key.scope === 'account' ? account : '';
    const places = this.#placesOf(key);
    const found = places.get(place);
    if (found !== undefined) return found;
    const made = key.create();
    places.set(place, made);
    return made;
  }

  /** Every place where `key` has state so far. Region is '' for account scope, both are '' for organization scope. */
  all<T>(
    key: StateKey<T>,
  ): readonly { readonly account: string; readonly region: string; readonly state: T }[] {
    return [...this.#placesOf(key)].map(([place, state]) => {
      const [account = '', region = ''] = place.split('/');
      return { account, region, state };
    });
  }

  #placesOf<T>(key: StateKey<T>): Map<string, T> {
    const places = this.#states.get(key);
    // The map was filled under this very key, so its values are what the key creates.
    if (places !== undefined) return places as Map<string, T>;
    const made = new Map<string, T>();
    this.#states.set(key, made);
    return made;
  }
}
