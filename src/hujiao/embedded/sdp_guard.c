/* Refuses session descriptions on which pjproject stumbles, before it reads them.
 *
 * In `m=audio 40000 RTP/AVP 8x` it takes `8x` for payload type 8 and later looks for the text `8` among the answer's
 * formats: it reads past their end, and Asterisk with all its calls may end. pjproject has this mended since May 2026
 * (pull request 4970); this file goes when Debian's Asterisk contains that.
 *
 * It stands before pjmedia_sdp_parse (ld.so's --preload), so that every INVITE, answer and UPDATE passes here. It needs
 * no header and no structure of pjproject. Compiled by tcc when Asterisk is fetched. */

typedef unsigned long size;
typedef int parse(void *pool, char *text, size length, void **description);

void *dlsym(void *library, const char *name);

enum { INVALID = 220020, FIRST_FORMAT = 3, MOST_DIGITS = 5 }; /* PJMEDIA_SDP_EINSDP; after media, port and protocol */

static int ends_line(char c) { return c == '\r' || c == '\n'; }
static int blank(char c) { return c == ' ' || c == '\t'; }
static int digit(char c) { return c >= '0' && c <= '9'; }

/* A format that begins as a number is one, in its only way of writing. */
static int sound_format(const char *word, size length)
{
    size i;
    if (!digit(word[0]))
        return 1;
    if (length > MOST_DIGITS || (word[0] == '0' && length > 1))
        return 0;
    for (i = 1; i < length; i++)
        if (!digit(word[i]))
            return 0;
    return 1;
}

static int sound_media_line(const char *at, const char *end)
{
    int field = 0;
    while (at < end && !ends_line(*at)) {
        const char *word;
        while (at < end && blank(*at))
            at++;
        word = at;
        while (at < end && !blank(*at) && !ends_line(*at))
            at++;
        if (at > word && field++ >= FIRST_FORMAT && !sound_format(word, at - word))
            return 0;
    }
    return 1;
}

int pjmedia_sdp_parse(void *pool, char *text, size length, void **description)
{
    static parse *next;
    const char *at = text, *end = text + length;
    while (at < end) {
        if (*at == 'm' && end - at > 2 && at[1] == '=' && !sound_media_line(at + 2, end))
            return INVALID;
        while (at < end && !ends_line(*at))
            at++;
        while (at < end && ends_line(*at))
            at++;
    }
    if (!next)
        next = (parse *)dlsym((void *)-1L, "pjmedia_sdp_parse"); /* RTLD_NEXT */
    return next(pool, text, length, description);
}
