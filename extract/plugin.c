/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/plugin.h"
#include "core/language.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* As the language: set once by main before any thread starts, read everywhere. */
static struct plugin_found loaded[PLUGINS_MAX];
static uint32_t loaded_count;

uint32_t plugins_loaded(const struct plugin_found **found) {
    *found = loaded;
    return loaded_count;
}

static bool refuse(const char *path, struct error *error, const char *why) {
    error->at.source = path;
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("不加载插件：%s", "plugin not loaded: %s"), why);
}

/* Only root and this user may have written it, or may write it.  A folder above may be open to all when it
   is sticky, as /tmp is: nobody can then replace what is ours. */
static bool trusted(const struct stat *status, bool above) {
    bool own = status->st_uid == 0 || status->st_uid == geteuid();
    bool open = status->st_mode & (S_IWGRP | S_IWOTH);
    return own && (!open || (above && status->st_mode & S_ISVTX));
}

static bool check_folder(const char *folder, struct arena *arena, struct error *error) {
    char *path = realpath(folder, NULL);
    if (!path) return refuse(folder, error, error_reason(errno));
    struct span copy = arena_copy(arena, (struct span){path, strlen(path)});
    free(path);
    char *at = ARENA_NEW(arena, char, copy.size + 1);
    memcpy(at, copy.bytes, copy.size);
    for (bool above = false;; above = true) {
        struct stat status;
        if (stat(*at ? at : "/", &status) != 0) return refuse(folder, error, error_reason(errno));
        if (!S_ISDIR(status.st_mode))
            return refuse(folder, error, TEXT("TONGCHOU_PLUGINS 应是文件夹", "TONGCHOU_PLUGINS is a folder"));
        if (!trusted(&status, above))
            return refuse(arena_copy(arena, (struct span){*at ? at : "/", *at ? strlen(at) : 1}).bytes, error,
                          TEXT("这个文件夹属于别人，或别人能写",
                               "the folder belongs to, or may be written by, somebody else"));
        char *slash = strrchr(at, '/');
        if (!*at || !slash) return true;
        *slash = '\0';
    }
}

static bool known(const struct extractor *extractor) {
    const char *name = extractor->stage.name;
    return extract_find((struct span){name, strlen(name)}) != NULL;
}

static bool complete(const struct extractor *extractor) {
    const struct stage_kind *stage = &extractor->stage;
    return stage->name && *stage->name && stage->settings && stage->open && stage->run && extractor->bid &&
           stage->state_size >= sizeof(struct input) && stage->state_size <= 1 << 20;
}

static bool take(void *handle, const char *path, struct arena *arena, struct error *error) {
    char why[160];
    const struct plugin *plugin = dlsym(handle, "tongchou_plugin");
    if (!plugin) return refuse(path, error, TEXT("里面没有 tongchou_plugin", "it has no tongchou_plugin"));
    if (plugin->abi != PLUGIN_ABI) {
        snprintf(why, sizeof why,
                 TEXT("它的 ABI 是 %u，本程序是 %u；请重新编译",
                      "its ABI is %u, this program's %u; build it again"),
                 plugin->abi, (unsigned)PLUGIN_ABI);
        return refuse(path, error, why);
    }
    if (plugin->shape != PLUGIN_SHAPE)
        return refuse(path, error,
                      TEXT("它按别的版本的头文件编译；请重新编译",
                           "it was built against other headers; build it again"));
    if (!plugin->extractor || !complete(plugin->extractor))
        return refuse(path, error,
                      TEXT("它的 struct extractor 不完整", "its struct extractor is not complete"));
    if (known(plugin->extractor)) {
        snprintf(why, sizeof why, TEXT("格式「%.40s」已经有了", "there is a format \"%.40s\" already"),
                 plugin->extractor->stage.name);
        return refuse(path, error, why);
    }
    if (loaded_count == PLUGINS_MAX) return refuse(path, error, TEXT("插件太多", "too many plugins"));
    const char *kept = arena_copy(arena, (struct span){path, strlen(path)}).bytes;
    loaded[loaded_count++] = (struct plugin_found){plugin->extractor, kept};
    return true;
}

/* What was looked at is what is loaded: through its descriptor, not its name.  The descriptor stays open:
   the dynamic linker takes two objects of one name for one. */
static bool load_one(const char *path, struct arena *arena, struct error *error) {
    struct stat status;
    char name[64];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0) return refuse(path, error, error_reason(errno));
    bool ok = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && trusted(&status, false);
    if (!ok) {
        close(file);
        return refuse(path, error,
                      TEXT("它不是普通文件，或属于别人，或别人能写",
                           "it is no regular file, or belongs to or may be written by somebody else"));
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    const char *said = handle ? NULL : dlerror();
    /* The dynamic linker's own words name symbols, and the descriptor, which says nothing. */
    if (!handle) return refuse(path, error, said && strstr(said, ": ") ? strstr(said, ": ") + 2 : "dlopen");
    ok = take(handle, path, arena, error);
    if (!ok) dlclose(handle);
    return ok;
}

static int is_object(const struct dirent *entry) {
    size_t size = strlen(entry->d_name);
    return size > 3 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 3, ".so") == 0;
}

bool plugins_load(const char *folder, struct arena *arena, struct error *error) {
    struct dirent **entries = NULL;
    char path[PATH_MAX];
    if (!check_folder(folder, arena, error)) return false;
    int count = scandir(folder, &entries, is_object, alphasort);
    bool ok = count >= 0 || refuse(folder, error, error_reason(errno));
    for (int i = 0; i < count; i++) {
        int size = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
        if (!ok) continue;
        struct span copy = arena_copy(arena, (struct span){path, size > 0 ? strlen(path) : 0});
        ok = load_one(copy.bytes, arena, error);
    }
    free(entries);
    return ok;
}
