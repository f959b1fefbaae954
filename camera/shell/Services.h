#import <Foundation/Foundation.h>

#import "shell/DeviceWatch.h"
#import "shell/HistoryStore.h"
#import "shell/ProductRecognizer.h"

NS_ASSUME_NONNULL_BEGIN

// What every screen may need, made once.
@interface Services : NSObject

@property(nonatomic, readonly) const shopcam::Settings& settings;
@property(nonatomic, readonly) ProductRecognizer* recognizer;
@property(nonatomic, readonly) HistoryStore* history;
@property(nonatomic, readonly) DeviceWatch* device;

- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
