/** A model server for one test, gone when that has finished. */
import {onTestFinished} from 'vitest';
import {type ModelServer, startModelServer} from './model-server.js';

export async function serveModel(...means: Parameters<typeof startModelServer>): Promise<ModelServer> {
  const server = await startModelServer(...means);
  onTestFinished(() => server.close());
  return server;
}
