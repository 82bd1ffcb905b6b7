/**
 * The words that tools describe their parameters with: each is the JSON Schema for the model and the check of a value at
 * once, so that they cannot disagree. Numbers and flags are also taken as text ("10", "true"), as models send them. Every
 * start makes all of these before its first request, and zod/mini took a third of `node -e 0` for that.
 */
import type {ToolInput} from '../core/tool.js';

type Checked<Value> = ReturnType<ToolInput<Value>['safeParse']>;
type Refused = Extract<Checked<unknown>, {readonly success: false}>;
type Issues = Refused['error']['issues'];

export interface Parameter<Value> {
  readonly schema: object;
  readonly isOptional: boolean;
  check(value: unknown): Checked<Value>;
}

interface OptionalParameter<Value> extends Parameter<Value> {
  readonly isOptional: true;
}

type Shape = Readonly<Record<string, Parameter<unknown>>>;
type ValueOf<Described> = Described extends Parameter<infer Value> ? Value : never;
type OptionalNames<Described extends Shape> = {
  [Name in keyof Described]: Described[Name] extends OptionalParameter<unknown> ? Name : never;
}[keyof Described];
type ValuesOf<Described extends Shape> = {
  [Name in Exclude<keyof Described, OptionalNames<Described>>]: ValueOf<Described[Name]>;
} & {[Name in OptionalNames<Described>]?: ValueOf<Described[Name]> | undefined};

const accept = <Value>(data: Value): Checked<Value> => ({success: true, data});
const refuse = (...issues: Issues): Refused => ({success: false, error: {issues}});
const expected = (what: string, value: unknown): Refused =>
  refuse({path: [], message: `expected ${what}, got ${shown(value)}`});

/** What a long text says is of no use beside what it should have been. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return value.length <= 40 ? JSON.stringify(value) : 'a text';
}

const required = <Value>(schema: object, check: (value: unknown) => Checked<Value>): Parameter<Value> => ({
  schema,
  isOptional: false,
  check,
});

export const text = (): Parameter<string> =>
  required({type: 'string'}, value => (typeof value === 'string' ? accept(value) : expected('a text', value)));

export const nonEmptyText = (): Parameter<string> =>
  required({type: 'string', minLength: 1}, value =>
    typeof value === 'string' && value !== '' ? accept(value) : expected('a text that is not empty', value),
  );

export const oneOf = <const Words extends readonly string[]>(words: Words): Parameter<Words[number]> =>
  required({type: 'string', enum: words}, value => {
    const word = words.find(each => each === value);
    return word === undefined ? expected(`one of ${words.join(', ')}`, value) : accept(word);
  });

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Parameter<number> {
  const isBounded = most < Number.MAX_SAFE_INTEGER;
  const bounds = isBounded ? `from ${least} to ${most}` : `of at least ${least}`;
  return required({type: 'integer', minimum: least, ...(isBounded && {maximum: most})}, value => {
    const number = typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
    const isFit = typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most;
    return isFit ? accept(number) : expected(`a whole number ${bounds}`, value);
  });
}

/** A number above 0; the bound is not told, for it would stand in every request. */
export const amount = (): Parameter<number> =>
  required({type: 'number'}, value => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    const isFit = typeof number === 'number' && number > 0 && number < Number.POSITIVE_INFINITY;
    return isFit ? accept(number) : expected('a number above 0', value);
  });

export const flag = (): Parameter<boolean> =>
  required({type: 'boolean'}, value => {
    if (value === true || value === 'true') return accept(true);
    return value === false || value === 'false' ? accept(false) : expected('true or false', value);
  });

/** One or more texts; a single one is taken as such a list. */
export function texts(): Parameter<readonly string[]> {
  const each = nonEmptyText();
  return required<readonly string[]>({type: 'array', items: each.schema, minItems: 1}, value => {
    const list: unknown = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || list.length === 0) return expected('a list of texts', value);
    const issues = list.flatMap((item, index) => issuesOf(index, each.check(item)));
    return issues.length === 0 ? accept(list) : refuse(...issues);
  });
}

/** A list of what is described; it may be empty. */
export const list = <Value>(each: Parameter<Value>): Parameter<readonly Value[]> =>
  required({type: 'array', items: each.schema}, value => {
    if (!Array.isArray(value)) return expected('a list', value);
    const checked = value.map(item => each.check(item));
    const issues = checked.flatMap((item, index) => issuesOf(index, item));
    return issues.length > 0 ? refuse(...issues) : accept(checked.flatMap(item => (item.success ? [item.data] : [])));
  });

/** Parameters within a parameter. */
export function group<Described extends Shape>(shape: Described): Parameter<ValuesOf<Described>> {
  const entries = Object.entries(shape);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, parameter]) => [name, parameter.schema])),
    ...requiredNames(entries.filter(([, {isOptional}]) => !isOptional).map(([name]) => name)),
    additionalProperties: false,
  };
  return required(schema, value => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return expected('an object', value);
    const data: Record<string, unknown> = {};
    const unknown = Object.keys(value)
      .filter(name => !Object.hasOwn(shape, name))
      .map(name => ({path: [], message: `there is no parameter \`${name}\``}));
    const given = new Map<string, unknown>(Object.entries(value));
    const faults = entries.flatMap(([name, parameter]): Issues => {
      const own = given.get(name);
      if (own === undefined) return parameter.isOptional ? [] : [{path: [name], message: 'is missing'}];
      const checked = parameter.check(own);
      if (checked.success) data[name] = checked.data;
      return issuesOf(name, checked);
    });
    const issues = [...faults, ...unknown];
    return issues.length === 0 ? accept(data as ValuesOf<Described>) : refuse(...issues);
  });
}

const requiredNames = (names: readonly string[]) => (names.length === 0 ? {} : {required: names});

/** What is wrong with the value of this name. */
const issuesOf = (name: PropertyKey, checked: Checked<unknown>): Issues =>
  checked.success ? [] : checked.error.issues.map(({path, message}) => ({path: [name, ...path], message}));

/** A parameter that may be left out. */
export const optional = <Value>(parameter: Parameter<Value>): OptionalParameter<Value> => ({
  ...parameter,
  isOptional: true,
});

/** The parameter with a word of explanation for the model. */
export const about = <Value>(parameter: Parameter<Value>, explanation: string): Parameter<Value> => ({
  ...parameter,
  schema: {...parameter.schema, description: explanation},
});

/** All parameters of a tool; others than these are refused. */
export function parameters<Described extends Shape>(shape: Described): ToolInput<ValuesOf<Described>> {
  const {schema, check} = group(shape);
  return {toJSONSchema: () => schema, safeParse: check};
}
