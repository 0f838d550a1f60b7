// Stands in for the HTTP client of the Actions toolkit, which only the parts of it use that ask for tokens of other services.
export class HttpClient {}
export class BearerCredentialHandler {}
