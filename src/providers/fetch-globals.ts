/**
 * What the vendors' SDKs take from the platform's `fetch`, in small. The build puts these classes in the place of the
 * globals of the same purpose: on Node the first touch of `Headers`, `Response` or `FormData` loads the whole of
 * undici with HTTP/2, TLS and web streams, 25 ms and 5 MB that our requests over node:http have no use for.
 */

type Pairs = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/** `Headers` without validation: node:http refuses bad names and values itself. */
export class SmallHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string>();

  constructor(init: Pairs = []) {
    for (const [name, value] of isIterable(init) ? init : Object.entries(init)) this.append(name, value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.#values.set(name.toLowerCase(), before === null ? value.trim() : `${before}, ${value.trim()}`);
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value.trim());
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  /** By name, as the standard asks. */
  entries(): IterableIterator<[string, string]> {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))[Symbol.iterator]();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function isIterable(pairs: Pairs): pairs is Iterable<readonly [string, string]> {
  return Symbol.iterator in pairs;
}

export interface SmallResponseInit {
  readonly status?: number;
  readonly headers?: SmallHeaders;
}

/** A `Response` whose body is text that is already here, or none. */
export class SmallResponse {
  readonly body = null;
  readonly status: number;
  readonly headers: SmallHeaders;
  readonly #text: string;

  constructor(text: string | null, {status = 200, headers = new SmallHeaders()}: SmallResponseInit = {}) {
    this.#text = text ?? '';
    this.status = status;
    this.headers = headers;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    return this.#text;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#text);
  }
}

/** In the place of `Request` and `FormData`, which our requests never are. */
export class NeverMade {}
