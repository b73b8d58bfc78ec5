/** Where a statement begins: a line's beginning, also that of a text held as a literal (as judges hold answers). */
export const begins = String.raw`(?:^|\\n|[;"'])[ \t]*`;

/** Names that stand before another in one import. Each blank has one place, so that a long line is read once. */
const before = String.raw`(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t]*)*`;

/** Where a Python text imports a module whose name the pattern fits. */
export const importOf = (name: string): RegExp =>
  new RegExp(`${begins}(?:from[ \\t]+|import[ \\t]+${before})(?:${name})\\b`, "m");

/** Libraries that programs import and Python on WebAssembly does not have; the machine's own may. */
export const libraryNames =
  "numpy|sympy|mpmath|scipy|pandas|matplotlib|seaborn|sklearn|statsmodels|networkx|requests|bs4|lxml|yaml|PIL|cv2|skimage|nltk|gensim|textblob|wordcloud|docx|openpyxl|xlrd|xlwt|PyPDF2|pypdf|django|flask\\w*|werkzeug|jinja2|cryptography|Crypto|rsa|pytz|dateutil|holidays|psutil|chardet|regex|faker|geopandas|shapely|folium|librosa|soundfile|torch|tensorflow|keras|sqlalchemy|pytest|texttable|prettytable|tqdm|xmltodict|mechanize|blake3|natsort|unidecode|Levenshtein|pyquery|python_http_client|sendgrid|wikipedia|pyparsing|rtree|sortedcontainers|more_itertools|numba|z3|ortools|pulp|cvxpy";

const known = new RegExp(`^(?:${libraryNames})$`);

/** Is it the name of such a library? */
export const isKnownLibrary = (name: string): boolean => known.test(name);
