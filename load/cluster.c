/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/cluster.h"
#include "core/language.h"
#include "load/city_id.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <limits.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH_BYTES = 512, START_SECONDS = 60 };

/* Everything about one cluster; folder/data is the database, folder/lease and folder/start are locks. */
struct cluster {
    char id[CITY_ID_BYTES], folder[256], data[PATH_BYTES], log[PATH_BYTES], socket[64], bin[PATH_BYTES];
    bool drop; /* we are root: children become `uid` */
    uid_t uid;
    gid_t gid;
    const char *user;
};

enum { ARGUMENTS_MAX = 20 };

static bool broken(struct error *error, const char *zh_en, const char *path) {
    return error_code(error, TROUBLE_FAILED, NULL, "%s %s: %s", zh_en, path, error_reason(errno));
}

static bool make_folder(const char *path, mode_t mode, const struct cluster *owner, struct error *error) {
    if (mkdir(path, mode) == 0) {
        /* The umask of a program that handles personal data would close it to the cluster's own user. */
        if (chmod(path, mode) != 0)
            return broken(error, TEXT("无法建立文件夹", "cannot make the folder"), path);
        if (owner && owner->drop && chown(path, owner->uid, owner->gid) != 0)
            return broken(error, TEXT("无法设置属主", "cannot give away"), path);
        return true;
    }
    struct stat found;
    if (errno != EEXIST || lstat(path, &found) != 0 || !S_ISDIR(found.st_mode))
        return broken(error, TEXT("无法建立文件夹", "cannot make the folder"), path);
    uid_t expected = owner ? owner->uid : geteuid();
    if (found.st_uid == expected) return true;
    /* Made by us, but not given away yet: by another process just now, or by one that was killed. */
    if (owner && owner->drop && found.st_uid == geteuid() && lchown(path, owner->uid, owner->gid) == 0)
        return true;
    errno = EPERM;
    return broken(error, TEXT("文件夹属于他人", "the folder belongs to somebody else"), path);
}

static bool locate(struct cluster *cluster, const char *city, struct error *error) {
    if (!city_id(city, cluster->id, error)) return false;
    cluster->drop = geteuid() == 0;
    cluster->uid = geteuid();
    if (cluster->drop) {
        const struct passwd *user = getpwnam("postgres");
        if (!user) user = getpwnam("nobody");
        if (!user)
            return error_code(error, TROUBLE_USAGE, NULL, "%s",
                              TEXT("以 root 运行时需要系统用户 postgres 或 nobody",
                                   "as root, a user postgres or nobody is needed"));
        cluster->uid = user->pw_uid;
        cluster->gid = user->pw_gid;
        snprintf(cluster->folder, sizeof cluster->folder, "/var/lib/tongchou/%s", cluster->id);
        snprintf(cluster->socket, sizeof cluster->socket, "/run/tongchou-%s", cluster->id);
        if (!make_folder("/var/lib/tongchou", 0755, NULL, error)) return false;
        struct stat found;
        if (stat("/var/lib/tongchou", &found) == 0 && !(found.st_mode & S_IXOTH))
            return error_code(
                error, TROUBLE_USAGE, NULL, "%s",
                TEXT("/var/lib/tongchou 不让别的用户进入，内嵌数据库用不了；请运行 chmod 755 "
                     "/var/lib/tongchou",
                     "/var/lib/tongchou is closed to the database's user; run chmod 755 /var/lib/tongchou"));
    } else {
        if ((size_t)snprintf(cluster->folder, sizeof cluster->folder, "%s/.tongchou/postgres", city) >=
            sizeof cluster->folder)
            return error_code(error, TROUBLE_USAGE, NULL, "%s",
                              TEXT("城市文件夹的路径过长", "the city's path is too long"));
        const char *run = getenv("XDG_RUNTIME_DIR");
        if (!run || run[0] != '/' || strlen(run) > 30) run = "/tmp";
        snprintf(cluster->socket, sizeof cluster->socket, "%s/tongchou-%s", run, cluster->id);
    }
    snprintf(cluster->data, sizeof cluster->data, "%s/data", cluster->folder);
    snprintf(cluster->log, sizeof cluster->log, "%s/server.log", cluster->folder);
    return make_folder(cluster->folder, 0700, cluster, error) &&
           make_folder(cluster->socket, 0700, cluster, error);
}

/* The major version that the data were made with, else the newest installed. */
static bool find_programs(struct cluster *cluster, struct error *error) {
    char path[PATH_BYTES + 16], version[16] = "*";
    snprintf(path, sizeof path, "%s/PG_VERSION", cluster->data);
    FILE *file = fopen(path, "re");
    if (file) {
        if (!fgets(version, sizeof version, file)) version[0] = '\0';
        version[strcspn(version, "\n")] = '\0';
        fclose(file);
    }
    glob_t found = {0};
    snprintf(path, sizeof path, "/usr/lib/postgresql/%s/bin/pg_ctl", version);
    if (glob(path, 0, NULL, &found) == 0)
        snprintf(cluster->bin, sizeof cluster->bin, "%.*s",
                 (int)(strlen(found.gl_pathv[found.gl_pathc - 1]) - 7), found.gl_pathv[found.gl_pathc - 1]);
    globfree(&found);
    if (cluster->bin[0]) return true;
    return error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("没有 PostgreSQL %s 的服务器程序；请安装 postgresql",
                           "no PostgreSQL %s server; install postgresql"),
                      version);
}

/* Runs a program of PostgreSQL as the unprivileged user and waits for it. */
static bool run(const struct cluster *cluster, const char *program, const char *const *arguments) {
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/%s", cluster->bin, program);
    pid_t child = fork();
    if (child == 0) {
        /* Its own session: an interrupt at our terminal must not stop the server under us. */
        setsid();
        umask(077);
        int output = open("/dev/null", O_RDWR);
        if (output < 0 || dup2(output, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) _exit(126);
        if (cluster->drop &&
            (setgroups(0, NULL) != 0 || setgid(cluster->gid) != 0 || setuid(cluster->uid) != 0))
            _exit(126);
        if (chdir("/") != 0) _exit(126);
        setenv("LC_ALL", "C", 1);
        /* PostgreSQL's programs look for their companions beside argv[0], so it is the whole path. */
        const char *words[ARGUMENTS_MAX] = {path};
        for (int i = 1; i < ARGUMENTS_MAX - 1 && arguments[i]; i++) words[i] = arguments[i];
        union {
            const char *const *in;
            char *const *out;
        } as = {words};
        execv(path, as.out);
        _exit(127);
    }
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What the server's log may hold is decided here: no statement, no detail, no value. */
static bool configure(const struct cluster *cluster, struct error *error) {
    char path[PATH_BYTES + 32];
    snprintf(path, sizeof path, "%s/postgresql.auto.conf", cluster->data);
    int64_t memory = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20;
    int64_t buffers = memory / 4 < 2048 ? memory / 4 : 2048;
    FILE *file = fopen(path, "we");
    if (!file) return broken(error, TEXT("无法写入", "cannot write"), path);
    fprintf(file,
            "listen_addresses = ''\nmax_connections = 80\nshared_buffers = %jdMB\nmax_wal_size = 8GB\n"
            "min_wal_size = 256MB\nwal_buffers = 64MB\nwal_compression = off\ncheckpoint_timeout = 15min\n"
            "recovery_init_sync_method = syncfs\nmaintenance_work_mem = 256MB\nwork_mem = 32MB\n"
            "default_statistics_target = 10\njit = off\nunix_socket_permissions = 0700\n"
            "log_error_verbosity = terse\nlog_min_error_statement = panic\nlog_statement = none\n"
            "log_min_messages = fatal\nlog_min_duration_statement = -1\nlog_parameter_max_length = 0\n"
            "log_parameter_max_length_on_error = 0\nlog_checkpoints = off\nlog_autovacuum_min_duration = -1\n"
            "log_lock_waits = off\nlog_temp_files = -1\nclient_connection_check_interval = 10s\n",
            (intmax_t)buffers);
    bool ok = fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && ok ? true : broken(error, TEXT("无法写入", "cannot write"), path);
}

static bool create(const struct cluster *cluster, struct error *error) {
    /* initdb refuses a folder that a killed run left half made. */
    char path[PATH_BYTES + 32], done[PATH_BYTES + 32];
    snprintf(done, sizeof done, "%s/made", cluster->folder);
    if (access(done, F_OK) == 0) return true;
    const char *const remove[] = {"rm", "-rf", "--", cluster->data, NULL};
    struct cluster tools = *cluster;
    snprintf(tools.bin, sizeof tools.bin, "/bin");
    snprintf(path, sizeof path, "--pgdata=%s", cluster->data);
    const char *const initdb[] = {"initdb",
                                  path,
                                  "--username=tongchou",
                                  "--auth=trust",
                                  "--encoding=UTF8",
                                  "--locale=C",
                                  "--no-instructions",
                                  "--no-sync",
                                  NULL};
    if (!run(&tools, "rm", remove) || !run(cluster, "initdb", initdb))
        return error_code(error, TROUBLE_FAILED, NULL, TEXT("initdb 失败：%s", "initdb failed: %s"),
                          cluster->data);
    if (!configure(cluster, error)) return false;
    /* One syncfs for the thousand files that initdb would sync one by one: 0.1 s against 3. */
    int fd = open(done, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return broken(error, TEXT("无法写入", "cannot write"), done);
    bool synced = syncfs(fd) == 0;
    close(fd);
    if (synced) return true;
    unlink(done);
    return broken(error, TEXT("无法写入", "cannot write"), done);
}

/* Whether the server takes connections; true also when nothing says otherwise.  Source: pidfile.h of
   PostgreSQL: the eighth line of postmaster.pid is "starting", "stopping", "ready" or "standby". */
static bool ready(const struct cluster *cluster) {
    char path[PATH_BYTES + 32], line[PATH_MAX] = "";
    snprintf(path, sizeof path, "%s/postmaster.pid", cluster->data);
    FILE *file = fopen(path, "re");
    int number = 0;
    while (file && number < 8 && fgets(line, sizeof line, file)) number++;
    if (file) fclose(file);
    return !file || (number == 8 && strncmp(line, "ready", 5) == 0);
}

/* A program that was killed leaves a server behind that is still starting, or on its way down. */
static bool running(const struct cluster *cluster) {
    const char *const status[] = {"pg_ctl", "status", "-D", cluster->data, NULL};
    const struct timespec moment = {.tv_nsec = 50000000};
    for (int looks = 0; looks < START_SECONDS * 20 && run(cluster, "pg_ctl", status); looks++) {
        if (ready(cluster)) return true;
        nanosleep(&moment, NULL);
    }
    return false;
}

static bool start(const struct cluster *cluster, struct error *error) {
    if (running(cluster)) return true;
    char options[128];
    snprintf(options, sizeof options, "-k %s", cluster->socket);
    const char *const arguments[] = {"pg_ctl",      "start", "-w",         "-t", "60",    "-s", "-D",
                                     cluster->data, "-l",    cluster->log, "-o", options, NULL};
    /* It fails too when the other's server came in between. */
    if (run(cluster, "pg_ctl", arguments) || running(cluster)) return true;
    return error_code(error, TROUBLE_LATER, NULL,
                      TEXT("内嵌数据库没有启动，见 %s", "the embedded database did not start, see %s"),
                      cluster->log);
}

static int lock_file(const char *folder, const char *name, int how) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    while (fd >= 0 && flock(fd, how) != 0) {
        if (errno == EINTR) continue;
        close(fd);
        fd = -1;
    }
    return fd;
}

/* A copied city folder has the id of the original: two cities would share one database. */
static bool same_city(const struct cluster *cluster, const char *city, struct error *error) {
    char path[PATH_BYTES], id[PATH_MAX + 32], known[PATH_MAX] = "", other[CITY_ID_BYTES] = "";
    snprintf(path, sizeof path, "%s/city", cluster->folder);
    FILE *file = fopen(path, "re");
    if (file && !fgets(known, sizeof known, file)) known[0] = '\0';
    if (file) fclose(file);
    if (strcmp(known, city) == 0) return true;
    snprintf(id, sizeof id, "%s/.tongchou/id", known);
    file = known[0] ? fopen(id, "re") : NULL;
    if (file && !fgets(other, sizeof other, file)) other[0] = '\0';
    if (file) fclose(file);
    if (strcmp(other, cluster->id) == 0)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("这个城市文件夹是 %s 的副本，两者会共用一个数据库；请删除副本里的 .tongchou/id",
                 "this city is a copy of %s and both would share one database; remove .tongchou/id from the "
                 "copy"),
            known);
    file = fopen(path, "we");
    bool ok = file && fputs(city, file) >= 0;
    if (file && fclose(file) != 0) ok = false;
    return ok || broken(error, TEXT("无法写入", "cannot write"), path);
}

bool cluster_open(struct database *database, const char *city, struct error *error) {
    struct cluster cluster = {0};
    char real[PATH_MAX];
    if (!realpath(city, real)) return broken(error, TEXT("找不到城市文件夹", "no such city"), city);
    if (!locate(&cluster, real, error)) return false;
    int gate = lock_file(cluster.folder, "start", LOCK_EX);
    if (gate < 0) return broken(error, TEXT("无法加锁", "cannot lock"), cluster.folder);
    bool ok = same_city(&cluster, real, error) && find_programs(&cluster, error) && create(&cluster, error) &&
              start(&cluster, error);
    if (ok) {
        database->lease = lock_file(cluster.folder, "lease", LOCK_SH);
        ok = database->lease >= 0 || broken(error, TEXT("无法加锁", "cannot lock"), cluster.folder);
    }
    close(gate);
    snprintf(database->folder, sizeof database->folder, "%s", cluster.folder);
    snprintf(database->conninfo, sizeof database->conninfo, "host=%s user=tongchou dbname=postgres",
             cluster.socket);
    return ok;
}

static bool owned(struct cluster *cluster, const char *folder) {
    struct stat found;
    if (stat(folder, &found) != 0) return false;
    cluster->drop = geteuid() == 0;
    cluster->uid = found.st_uid;
    cluster->gid = found.st_gid;
    snprintf(cluster->folder, sizeof cluster->folder, "%s", folder);
    snprintf(cluster->data, sizeof cluster->data, "%s/data", folder);
    struct error ignored = {0};
    return find_programs(cluster, &ignored);
}

void cluster_close(struct database *database) {
    struct cluster cluster = {0};
    int gate = lock_file(database->folder, "start", LOCK_EX);
    /* Without anybody else's shared lock ours becomes exclusive: we are the last one out. */
    bool last = flock(database->lease, LOCK_EX | LOCK_NB) == 0;
    if (last && owned(&cluster, database->folder)) {
        const char *const stop[] = {"pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", cluster.data, NULL};
        run(&cluster, "pg_ctl", stop);
    }
    close(database->lease);
    if (gate >= 0) close(gate);
}

static int remove_entry(const char *path, const struct stat *found, int type, struct FTW *walk) {
    (void)found, (void)type, (void)walk;
    return remove(path);
}

bool database_remove(const char *city, struct error *error) {
    struct cluster cluster = {0};
    char real[PATH_MAX];
    if (!realpath(city, real)) return broken(error, TEXT("找不到城市文件夹", "no such city"), city);
    if (!locate(&cluster, real, error)) return false;
    int lease = lock_file(cluster.folder, "lease", LOCK_EX | LOCK_NB);
    if (lease < 0)
        return error_code(error, TROUBLE_LATER, NULL, "%s", TEXT("数据库正在使用", "the database is in use"));
    const char *const stop[] = {"pg_ctl", "stop", "-w", "-s", "-m", "fast", "-D", cluster.data, NULL};
    if (find_programs(&cluster, error)) run(&cluster, "pg_ctl", stop);
    bool ok = nftw(cluster.folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0;
    nftw(cluster.socket, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    close(lease);
    return ok || broken(error, TEXT("无法删除", "cannot remove"), cluster.folder);
}
