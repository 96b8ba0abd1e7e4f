// Cuts what depends on what follows it: numbers, dates, and reserved words that stand for a label or a parameter.
//
// A numeral is read to its end before it is judged, as the language's own lexer does: `2021-02-30`, `8600-200` and `1.5.2024` are one
// piece each, and wrong. What is wrong gives no token, so that the parser sees an error there.
// In a scenario the uncertain dates (EDTF) are a token of their own; the parser's state says where one can stand.
// The scanner keeps no state between tokens.

#include "tree_sitter/parser.h"

#include <string.h>

enum Token {
  INTEGER,
  DECIMAL,
  PERCENTAGE,
  YEAR,
  MONTH,
  DATE,
  MONTH_DAY,
  INSTANT,
  WHEN,
  WORD_BEFORE_COLON,
  WORD_BEFORE_CLOSING,
  RECOVERING,
  NONE,
};

// The longest numeral that is read; a longer one is no number that could be held.
#define LONGEST 80

typedef struct {
  TSLexer *lexer;
  char text[LONGEST + 1];
  unsigned length;
  // More was looked at than belongs to the piece.
  bool past_end;
  bool too_long;
} Piece;

void *tree_sitter_servanda_external_scanner_create(void) { return NULL; }

void tree_sitter_servanda_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_servanda_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_servanda_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

// ---- characters ----

static bool is_blank(int32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static bool is_lower(int32_t c) { return c >= 'a' && c <= 'z'; }

// What an uncertain date is made of, its clock apart.
static bool is_mark(int32_t c) {
  return is_digit(c) || c == 'X' || c == '~' || c == '?' || c == '%' || c == '-' || c == '/' || c == '.';
}

static void skip_blanks(TSLexer *lexer) {
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
}

// Looks at the next token's first character, behind blanks and comments; the token before must have been marked.
static int32_t next_character(TSLexer *lexer) {
  for (;;) {
    skip_blanks(lexer);
    if (lexer->lookahead != '#') return lexer->lookahead;
    while (lexer->lookahead != '\n' && !lexer->eof(lexer)) lexer->advance(lexer, false);
  }
}

static void take(Piece *piece) {
  if (piece->length < LONGEST) {
    piece->text[piece->length++] = (char)piece->lexer->lookahead;
    piece->text[piece->length] = '\0';
  } else {
    piece->too_long = true;
  }
  piece->lexer->advance(piece->lexer, false);
}

static void mark(Piece *piece) { piece->lexer->mark_end(piece->lexer); }

static int32_t next(const Piece *piece) { return piece->lexer->lookahead; }

// ---- the calendar ----

static int two_digits(const char *text) {
  return is_digit(text[0]) && is_digit(text[1]) ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

static bool in_calendar(int year, int month, int day) {
  static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= DAYS[month - 1] + (month == 2 && leap ? 1 : 0);
}

static bool all_digits(const char *text, unsigned length) {
  for (unsigned i = 0; i < length; i++) {
    if (!is_digit(text[i])) return false;
  }
  return true;
}

// `2020-02-29`, or `2020-02` where `length` is 7.
static bool is_date(const char *text, unsigned length) {
  if (!all_digits(text, 4) || text[4] != '-' || !all_digits(text + 5, 2)) return false;
  int year = two_digits(text) * 100 + two_digits(text + 2);
  int day = 1;
  if (length > 7) {
    if (text[7] != '-' || !all_digits(text + 8, 2)) return false;
    day = two_digits(text + 8);
  }
  return in_calendar(year, two_digits(text + 5), day);
}

// `16:30(:00)?(Z|[+-]04:30)`
static bool is_clock(const char *text) {
  int hours = two_digits(text);
  if (hours < 0 || hours > 23 || text[2] != ':') return false;
  int minutes = two_digits(text + 3);
  if (minutes < 0 || minutes > 59) return false;
  text += 5;
  if (text[0] == ':') {
    int seconds = two_digits(text + 1);
    if (seconds < 0 || seconds > 59) return false;
    text += 3;
  }
  if (text[0] == 'Z') return text[1] == '\0';
  if (text[0] != '+' && text[0] != '-') return false;
  hours = two_digits(text + 1);
  if (hours < 0 || hours > 23 || text[3] != ':') return false;
  minutes = two_digits(text + 4);
  return minutes >= 0 && minutes <= 59 && text[6] == '\0';
}

// Whether a number can be held exactly: below two to the 96th without its point, at most 28 digits behind it.
static bool is_exact(const char *text, unsigned length) {
  uint64_t limbs[3] = {0, 0, 0};
  unsigned behind = 0;
  bool fraction = false;
  for (unsigned i = 0; i < length; i++) {
    if (text[i] == '.') fraction = true;
    if (!is_digit(text[i])) continue;
    uint64_t carry = (uint64_t)(text[i] - '0');
    for (unsigned limb = 0; limb < 3; limb++) {
      carry += limbs[limb] * 10;
      limbs[limb] = carry & 0xffffffffu;
      carry >>= 32;
    }
    if (carry != 0) return false;
    if (fraction) behind++;
  }
  return behind <= 28;
}

// ---- numerals ----

// Judges a numeral without a clock.
static enum Token judge(const char *text, unsigned length) {
  unsigned lengths[3] = {0, 0, 0};
  unsigned parts = 1;
  unsigned points = 0;
  bool percent = length > 0 && text[length - 1] == '%';
  if (percent) length--;
  for (unsigned i = 0; i < length; i++) {
    if (text[i] == '-') {
      parts++;
    } else if (is_digit(text[i]) || text[i] == '_' || text[i] == '.') {
      if (parts <= 3) lengths[parts - 1]++;
      if (text[i] == '.') points++;
    } else {
      return NONE;
    }
  }
  if (percent && parts > 1) return NONE;
  if (parts == 1) {
    if (points > 1 || length == 0 || text[length - 1] == '.' || !is_exact(text, length)) return NONE;
    return percent ? PERCENTAGE : points == 1 ? DECIMAL : INTEGER;
  }
  if (parts == 3 && lengths[0] == 4 && lengths[1] == 2 && lengths[2] == 2) return is_date(text, 10) ? DATE : NONE;
  if (parts == 2 && lengths[0] == 4 && lengths[1] == 2) return is_date(text, 7) ? MONTH : NONE;
  if (parts == 2 && lengths[0] == 2 && lengths[1] == 2) {
    return all_digits(text, 2) && all_digits(text + 3, 2) && in_calendar(2000, two_digits(text), two_digits(text + 3)) ? MONTH_DAY
                                                                                                                       : NONE;
  }
  return NONE;
}

// Reads `8_600`, `3.67`, and what is joined to it by hyphens; gives whether it may be a numeral at all.
static bool take_joined(Piece *piece) {
  bool first = true;
  for (;;) {
    while (is_digit(next(piece)) || next(piece) == '_') take(piece);
    mark(piece);
    unsigned before = piece->length;
    if (next(piece) == '.') {
      take(piece);
      if (!is_digit(next(piece))) {
        piece->length = before;
        piece->past_end = true;
        return true;
      }
      while (is_digit(next(piece))) take(piece);
      mark(piece);
      before = piece->length;
      if (first && next(piece) == '.') {
        // `1.5.2024` is no number and no date.
        take(piece);
        piece->length = before;
        piece->past_end = true;
        return !is_digit(next(piece)) && next(piece) != '_';
      }
    }
    if (next(piece) != '-') return true;
    take(piece);
    if (!is_digit(next(piece)) && next(piece) != '_') {
      piece->length = before;
      piece->past_end = true;
      return true;
    }
    first = false;
  }
}

static enum Token numeral(Piece *piece, const bool *valid) {
  if (!take_joined(piece) || piece->too_long) return NONE;
  if (!piece->past_end && next(piece) == '%') {
    take(piece);
    mark(piece);
  }
  enum Token token = judge(piece->text, piece->length);
  if (token == DATE && !piece->past_end && next(piece) == 'T') {
    take(piece);
    unsigned clock = piece->length;
    if (!is_digit(next(piece)) && next(piece) != ':') return DATE;
    while (is_digit(next(piece)) || next(piece) == ':' || next(piece) == '+' || next(piece) == '-' || next(piece) == 'Z') take(piece);
    mark(piece);
    return !piece->too_long && is_clock(piece->text + clock) ? INSTANT : NONE;
  }
  if (token == INTEGER && !valid[INTEGER] && piece->length == 4 && all_digits(piece->text, 4)) return YEAR;
  return token;
}

// ---- uncertain dates ----

static bool take_two_digits(Piece *piece) {
  for (int i = 0; i < 2; i++) {
    if (!is_digit(next(piece))) return false;
    take(piece);
  }
  return true;
}

// Reads the clock behind a date, and no colon that is not of it: one stands behind the date of every line.
static void take_exact_clock(Piece *piece) {
  unsigned before = piece->length;
  if (next(piece) != 'T') return;
  take(piece);
  if (!take_two_digits(piece) || next(piece) != ':') goto none;
  take(piece);
  if (!take_two_digits(piece)) goto none;
  mark(piece);
  before = piece->length;
  if (next(piece) == ':') {
    take(piece);
    if (!take_two_digits(piece)) goto none;
    mark(piece);
    before = piece->length;
  }
  if (next(piece) == 'Z') {
    take(piece);
    mark(piece);
    return;
  }
  if (next(piece) == '+') {
    take(piece);
    if (!take_two_digits(piece) || next(piece) != ':') goto none;
  } else if (next(piece) == '-') {
    // A hyphen may also go on with the date itself.
    take(piece);
    bool two = take_two_digits(piece);
    mark(piece);
    before = piece->length;
    if (!two || next(piece) != ':') return;
  } else {
    return;
  }
  take(piece);
  if (!take_two_digits(piece)) goto none;
  mark(piece);
  return;

none:
  piece->length = before;
  piece->past_end = true;
}

static int number_of(const char *text, unsigned length) {
  int number = 0;
  if (length == 0) return 0;
  for (unsigned i = 0; i < length; i++) {
    number = number * 10 + (text[i] - '0');
    if (number > 32767) return 0;
  }
  return number;
}

// Whether a day, a month or a year that stands without any doubt is in the calendar.
static bool end_is_sound(const char *text, unsigned length) {
  while (length > 0 && (text[0] == '~' || text[0] == '?' || text[0] == '%')) text++, length--;
  while (length > 0 && (text[length - 1] == '~' || text[length - 1] == '?' || text[length - 1] == '%')) length--;
  if (length < 4) return true;
  for (unsigned i = 0; i < length; i++) {
    if (!is_digit(text[i]) && text[i] != '-') return true;
  }
  int parts[3] = {0, 1, 1};
  unsigned start = 0;
  for (unsigned part = 0; part < 3 && start <= length; part++) {
    unsigned end = start;
    while (end < length && text[end] != '-') end++;
    parts[part] = number_of(text + start, end - start);
    start = end + 1;
  }
  return parts[0] <= 9999 && in_calendar(parts[0], parts[1], parts[2]);
}

static bool when_is_sound(const char *text, unsigned length) {
  unsigned start = 0;
  while (start <= length) {
    unsigned end = start;
    while (end < length && text[end] != '/') end++;
    unsigned day = start;
    while (day < end && text[day] != 'T') day++;
    if (!end_is_sound(text + start, day - start)) return false;
    start = end + 1;
  }
  return true;
}

static enum Token when(Piece *piece, const bool *valid) {
  bool points = next(piece) == '.';
  while (is_mark(next(piece))) take(piece);
  mark(piece);
  if (points && (piece->length < 2 || piece->text[1] != '.')) return NONE;
  take_exact_clock(piece);
  if (!piece->past_end) {
    while (is_mark(next(piece))) take(piece);
    mark(piece);
  }
  if (piece->too_long) return NONE;
  bool number_like = !points;
  for (unsigned i = 0; i < piece->length; i++) {
    if (!is_digit(piece->text[i]) && piece->text[i] != '.') number_like = false;
  }
  if (number_like) {
    if (piece->length == 4 && (!valid[INTEGER] || next_character(piece->lexer) == ':')) return WHEN;
    return judge(piece->text, piece->length);
  }
  if (valid[RECOVERING] && next_character(piece->lexer) != ':') {
    enum Token token = judge(piece->text, piece->length);
    if (token != NONE) return token;
  }
  return when_is_sound(piece->text, piece->length) ? WHEN : NONE;
}

// ---- words ----

// Reads a word that may be reserved: all of those are small letters with hyphens in between.
static enum Token word(TSLexer *lexer, const bool *valid) {
  char text[6] = "";
  unsigned length = 0;
  bool hyphen = false;
  while (is_lower(lexer->lookahead) || (lexer->lookahead == '-' && !hyphen)) {
    hyphen = lexer->lookahead == '-';
    if (length < 5) text[length] = (char)lexer->lookahead;
    length++;
    lexer->advance(lexer, false);
  }
  if (hyphen || is_digit(lexer->lookahead) || lexer->lookahead == '_' || lexer->lookahead > 127) return NONE;
  lexer->mark_end(lexer);
  int32_t after = next_character(lexer);
  if (after == ':') return valid[WORD_BEFORE_COLON] ? WORD_BEFORE_COLON : NONE;
  bool literal = (length == 4 && strncmp(text, "true", 4) == 0) || (length == 5 && strncmp(text, "false", 5) == 0);
  if ((after == ',' || after == ')') && !literal) return valid[WORD_BEFORE_CLOSING] ? WORD_BEFORE_CLOSING : NONE;
  return NONE;
}

bool tree_sitter_servanda_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  enum Token token = NONE;
  Piece piece = {.lexer = lexer};
  if (is_digit(lexer->lookahead) || (lexer->lookahead == '.' && valid[WHEN])) {
    token = valid[WHEN] ? when(&piece, valid) : numeral(&piece, valid);
  } else if (is_lower(lexer->lookahead) && !valid[RECOVERING] && (valid[WORD_BEFORE_COLON] || valid[WORD_BEFORE_CLOSING])) {
    token = word(lexer, valid);
  }
  if (token == NONE || !valid[token]) return false;
  lexer->result_symbol = (TSSymbol)token;
  return true;
}
