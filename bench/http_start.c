/* http_start.c - how long until a server that is being started gives its first answer.
 *
 *   http_start PORT COOKIE PATH PROGRAM ARGUMENT…      milliseconds from fork to the whole answer, then the
 * process id of the server, which is left running */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    char ask[4096], answer[65536];
    if (argc < 5)
        return 2;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(argv[1], NULL, 10)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int n = snprintf(ask, sizeof ask, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nCookie: %s\r\n\r\n", argv[3],
                     argv[1], argv[2]);
    double from = now_ms();
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        setsid();
        execv(argv[4], argv + 4);
        _exit(127);
    }
    for (;;) {
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(s, (struct sockaddr *)&to, sizeof to) == 0 && write(s, ask, (size_t)n) == n) {
            ssize_t got = read(s, answer, sizeof answer - 1);
            answer[got > 0 ? got : 0] = '\0';
            printf("%.1f %d %.3s\n", now_ms() - from, (int)pid, got > 12 ? answer + 9 : "---");
            return 0;
        }
        close(s);
        if (now_ms() - from > 20000)
            return 1;
        usleep(200);
    }
}
