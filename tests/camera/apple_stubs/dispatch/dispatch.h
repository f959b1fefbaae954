#pragma once

#import <objc/NSObject.h>

extern "C" {

NS_ASSUME_NONNULL_BEGIN

typedef void (^dispatch_block_t)(void);
@protocol OS_dispatch_queue <NSObject>
@end
@protocol OS_dispatch_queue_attr <NSObject>
@end
@protocol OS_dispatch_group <NSObject>
@end
typedef NSObject<OS_dispatch_queue>* dispatch_queue_t;
typedef NSObject<OS_dispatch_queue_attr>* dispatch_queue_attr_t;
typedef NSObject<OS_dispatch_group>* dispatch_group_t;
#define DISPATCH_QUEUE_SERIAL ((dispatch_queue_attr_t _Nullable)nil)

dispatch_queue_t dispatch_queue_create(const char* _Nullable label,
                                       dispatch_queue_attr_t _Nullable attr);
dispatch_queue_t dispatch_get_main_queue(void);
void dispatch_async(dispatch_queue_t queue, dispatch_block_t block);
dispatch_group_t dispatch_group_create(void);
void dispatch_group_enter(dispatch_group_t group);
void dispatch_group_leave(dispatch_group_t group);
void dispatch_group_notify(dispatch_group_t group, dispatch_queue_t queue,
                           dispatch_block_t block);

NS_ASSUME_NONNULL_END
}
