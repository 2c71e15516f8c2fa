// A real OpenID Provider on the loopback, for the tests and for trying it by hand (docs/oidc.md). It lets anybody in who writes a name: never near people.
//
//   node tests/oidc/op.mjs '{"port": 9400, "portal": "http://localhost:8000", "jwks": {"keys": [...]}}'
//
// All in the argument may be left out: port 9400, the portal at http://localhost:8000, and its keys fetched from there.
// Prints one line, "ready http://127.0.0.1:<port>", when it answers; with "port": 0 it finds a free one.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const given = JSON.parse(process.argv[2] ?? '{}');
const portal = given.portal ?? 'http://localhost:8000';
const name = given.name ?? 'idporten';
const base = `${portal}/konto/oidc`;

const server = http.createServer();
await new Promise((done) => { server.listen(given.port ?? 9400, '127.0.0.1', done); });
const issuer = `http://127.0.0.1:${server.address().port}`;

const LEVELS = ['idporten-loa-low', 'idporten-loa-substantial', 'idporten-loa-high'];
const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const op = new Provider(issuer, {
  clients: [{
    client_id: 'trepart',
    token_endpoint_auth_method: 'private_key_jwt',
    ...(given.jwks ? { jwks: given.jwks } : { jwks_uri: `${base}/nokler.json` }),
    redirect_uris: [`${base}/${name}/tilbake/`],
    post_logout_redirect_uris: [`${base}/${name}/ute/`],
    backchannel_logout_uri: `${base}/${name}/utlogging/`,
    backchannel_logout_session_required: true,
    require_pushed_authorization_requests: true,
    response_types: ['code'],
    grant_types: ['authorization_code'],
    subject_type: 'pairwise',
    sector_identifier_uri: undefined,
  }],
  subjectTypes: ['pairwise', 'public'],
  // As at ID-porten: a name of its own for each client, that says nothing of the person.
  pairwiseIdentifier: async (_ctx, accountId, client) => `${client.clientId}-${Buffer.from(accountId).toString('hex')}`,
  acrValues: LEVELS,
  // As at ID-porten: the number is told unless one asks that it is not.
  claims: { openid: ['sub', ...(given.pid ? ['pid'] : [])], acr: null, sid: null, auth_time: null, iss: null },
  conformIdTokenClaims: false,
  scopes: ['openid', 'no_pid'],
  findAccount: async (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, ...(given.pid ? { pid: given.pid } : {}) }) }),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (ctx, form) => {
        ctx.body = `<!doctype html><html lang="nb"><title>Logg ut</title><h1>Logg ut av testtjenesten?</h1>${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Logg ut</button></html>`;
      },
    },
  },
  clientAuthMethods: ['private_key_jwt'],
  interactions: { url: (_ctx, interaction) => `/who/${interaction.uid}` },
  // The library does not call addresses on this machine by itself; here that is all there is.
  fetch: (url, options) => globalThis.fetch(url, { ...options, dispatcher: undefined }),
  cookies: { keys: ['only-for-tests'] },
  ttl: { Session: 3600, Interaction: 3600, Grant: 3600, IdToken: 120 },
});

op.use(async (ctx, next) => {
  const [, where, uid, what] = ctx.path.split('/');
  if (where !== 'who' || !uid) return next();
  const details = await op.interactionDetails(ctx.req, ctx.res);
  if (details.prompt.name === 'consent') {
    // Asked for nothing: this service has no consent page.
    const grant = details.grantId
      ? await op.Grant.find(details.grantId)
      : new op.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
    grant.addOIDCScope(details.params.scope);
    grant.addOIDCClaims(details.prompt.details.missingOIDCClaims ?? []);
    await op.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
    ctx.respond = false;
    return undefined;
  }
  if (ctx.method === 'POST') {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const result = what === 'cancel'
      ? { error: 'access_denied', error_description: 'the person pressed cancel' }
      : { login: { accountId: form.get('who'), acr: form.get('acr') } };
    await op.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
    return undefined;
  }
  const wanted = (details.params.acr_values ?? '').split(' ')[0];
  const levels = LEVELS.map((l) => `<option${l === wanted ? ' selected' : ''}>${escape(l)}</option>`).join('');
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="nb"><title>Testtjeneste</title><h1>Testtjeneste</h1>
    <form method="post" action="/who/${escape(uid)}"><label>Hvem er du? <input name="who" required></label>
    <label>Nivå <select name="acr">${levels}</select></label><button>Logg inn</button></form>
    <form method="post" action="/who/${escape(uid)}/cancel"><button>Avbryt</button></form></html>`;
  return undefined;
});

op.on('backchannel.error', (_ctx, error) => console.error(`back-channel: ${error.message} ${error.cause ?? ''}`));
op.on('server_error', (_ctx, error) => console.error(error));
op.on('pushed_authorization_request.error', (_ctx, error) => console.error(`par: ${error.message} ${error.error_description ?? ''}`));
op.on('grant.error', (_ctx, error) => console.error(`token: ${error.message} ${error.error_description ?? ''}`));
op.on('authorization.error', (_ctx, error) => console.error(`authorize: ${error.message}`));
op.on('end_session.error', (_ctx, error) => console.error(`logout: ${error.message}`));
server.on('request', op.callback());
console.log(`ready ${issuer}`);
