#import <UIKit/UIKit.h>

#include "core/pacing.h"

NS_ASSUME_NONNULL_BEGIN

// What the system tells an app to heed. Used on the main queue.
@interface DeviceWatch : NSObject

// How hot the phone is.
@property(nonatomic, readonly) shopcam::Heat heat;
// Whether it is too hot to go on.
@property(nonatomic, readonly) BOOL tooHot;
// How often the system has warned of too little memory.
@property(nonatomic, readonly) NSUInteger memoryWarnings;
// Whether the app is on the screen. Its one scene comes there after it has
// loaded its first view, also when the app starts.
@property(nonatomic, readonly) BOOL foreground;
// Called when the heat has changed, or whether the app is on the screen.
@property(nonatomic, copy, nullable) void (^changed)(void);

@end

NS_ASSUME_NONNULL_END
