// The identity provider oidc-provider with its own pages for logging in, over HTTPS on this machine.
// Usage: node provider.mjs PORT KEY.pem CERTIFICATE.pem REDIRECT_URI, with OIDC_MODULES as the folder of the packages.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [port, key, certificate, redirect] = process.argv.slice(2);
const require = createRequire(`${process.env.OIDC_MODULES}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const provider = new Provider(`https://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'showtable',
    client_secret: 'a-secret-of-the-client',
    redirect_uris: [redirect],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  claims: { openid: ['sub'], email: ['email'] },
  cookies: { keys: ['only a test'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com` }),
  }),
});

const files = { key: readFileSync(key), cert: readFileSync(certificate) };
createServer(files, provider.callback()).listen(Number(port), '127.0.0.1', () => console.log('ready'));
