/** A text of the symbolic request, in SMT-LIB: a constant, a literal, or several of them joined. */
export type Text = string;

/** A set of texts, as a regular expression of SMT-LIB. https://smt-lib.org/theories-UnicodeStrings.shtml */
export type Language = string;

/**
 * A truth about the symbolic request. Negation stands on atoms alone, and what a conjunction or disjunction says of one text is
 * one membership: Z3 settles in milliseconds what it takes minutes over when it is spread.
 */
export type Term =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'atom'; readonly text: string; readonly negated: boolean }
  | { readonly kind: 'member'; readonly value: Text; readonly language: Language }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Term[] };

/** A truth value. */
export function truth(value: boolean): Term {
  return { kind: 'constant', value };
}

/** A truth in the solver's own words. */
export function atom(text: string): Term {
  return { kind: 'atom', text, negated: false };
}

/** Membership of a text in a language. */
export function member(value: Text, language: Language): Term {
  if (language === 're.all' || language === 're.none') return truth(language === 're.all');
  return { kind: 'member', value, language };
}

/** True when every term is; true of none. */
export function and(terms: readonly Term[]): Term {
  return joined('and', terms);
}

/** True when some term is; false of none. */
export function or(terms: readonly Term[]): Term {
  return joined('or', terms);
}

function joined(kind: 'and' | 'or', terms: readonly Term[]): Term {
  const parts: Term[] = [];
  const languages = new Map<Text, Language[]>();
  for (const term of terms.flatMap((part) => (part.kind === kind ? part.parts : [part]))) {
    if (term.kind === 'constant') {
      if (term.value !== (kind === 'and')) return term;
    } else if (term.kind === 'member' && (kind === 'or' || finiteTexts(term.language) === undefined)) {
      languages.set(term.value, [...(languages.get(term.value) ?? []), term.language]);
    } else {
      parts.push(term);
    }
  }
  for (const [value, listed] of languages) {
    const distinct = [...new Set(listed)];
    const language = `(re.${kind === 'and' ? 'inter' : 'union'} ${distinct.join(' ')})`;
    parts.push({
      kind: 'member',
      value,
      language: distinct.length === 1 ? (listed[0] ?? language) : language,
    });
  }
  const [only] = parts;
  if (only === undefined) return truth(kind === 'and');
  return parts.length === 1 ? only : { kind, parts };
}

/** The opposite of a term. */
export function not(term: Term): Term {
  switch (term.kind) {
    case 'constant':
      return truth(!term.value);
    case 'atom':
      return { ...term, negated: !term.negated };
    case 'member':
      return { ...term, language: complement(term.language) };
    case 'and':
      return or(term.parts.map(not));
    case 'or':
      return and(term.parts.map(not));
  }
}

function complement(language: Language): Language {
  return language.startsWith('(re.comp ') ? language.slice('(re.comp '.length, -1) : `(re.comp ${language})`;
}

/** True unless `condition` holds and `term` does not. */
export function implies(condition: Term, term: Term): Term {
  return or([not(condition), term]);
}

/**
 * The languages that a constant is asked to belong to, each once; undefined when something else is asked of it as well, such
 * as to equal another constant.
 */
export function membershipsOf(term: Term, value: Text): readonly Language[] | undefined {
  switch (term.kind) {
    case 'constant':
      return [];
    case 'atom':
      return new RegExp(`(?<![\\w"])${value}(?!\\w)`).test(term.text) ? undefined : [];
    case 'member':
      if (term.value === value) return [term.language];
      return term.value.includes(value) && new RegExp(`\\b${value}\\b`).test(term.value) ? undefined : [];
    case 'and':
    case 'or': {
      const found = new Set<Language>();
      for (const part of term.parts) {
        const languages = membershipsOf(part, value);
        if (languages === undefined) return undefined;
        for (const language of languages) found.add(language);
      }
      return [...found];
    }
  }
}

/** The term with every language that a constant is asked to belong to in place of another. */
export function replaceMemberships(term: Term, value: Text, of: (language: Language) => Language): Term {
  switch (term.kind) {
    case 'constant':
    case 'atom':
      return term;
    case 'member':
      return term.value === value ? { ...term, language: of(term.language) } : term;
    case 'and':
    case 'or':
      return { ...term, parts: term.parts.map((part) => replaceMemberships(part, value, of)) };
  }
}

/** Writes a term in SMT-LIB 2.6. */
export function print(term: Term): string {
  switch (term.kind) {
    case 'constant':
      return String(term.value);
    case 'atom':
      return term.negated ? `(not ${term.text})` : term.text;
    case 'member':
      return printMember(term.value, term.language);
    case 'and':
    case 'or':
      return `(${term.kind} ${term.parts.map(print).join(' ')})`;
  }
}

const SINGLE = /\(str\.to_re ("(?:[^"]|"")*")\)/g;

/** The texts of a language that is finite on its face, as literals; else undefined. */
export function finiteTexts(language: Language): readonly Text[] | undefined {
  const others = language.replaceAll(SINGLE, '').replaceAll('re.union', '');
  return /^[() ]*$/.test(others) ? [...language.matchAll(SINGLE)].map(([, text = '""']) => text) : undefined;
}

/** A finite language is printed as equalities, over which Z3 need not unfold anything; it copes worse with inequalities. */
function printMember(value: Text, language: Language): string {
  const equalities = finiteTexts(language)?.map((text) => `(= ${value} ${text})`);
  if (equalities === undefined) return `(str.in_re ${value} ${language})`;
  return equalities.length === 1 ? equalities.join('') : `(or ${equalities.join(' ')})`;
}

/** A text constant. */
export function literal(text: string): Text {
  const escaped = Array.from(text, (character) =>
    /^[ -[\]-~]$/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${escaped.join('').replaceAll('"', '""')}"`;
}

/** One text after another. */
export function concatenated(texts: readonly Text[]): Text {
  const [only = '""'] = texts;
  return texts.length < 2 ? only : `(str.++ ${texts.join(' ')})`;
}
