#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// The buttons below the camera's picture.
@interface LiveToolbar : NSObject

@property(nonatomic, readonly) NSArray<UIBarButtonItem*>* items;
@property(nonatomic) BOOL canTake;
@property(nonatomic) BOOL canPick;

@property(nonatomic, copy, nullable) void (^take)(void);
@property(nonatomic, copy, nullable) void (^pick)(void);
@property(nonatomic, copy, nullable) void (^showHistory)(void);
@property(nonatomic, copy, nullable) void (^showSettings)(void);

@end

NS_ASSUME_NONNULL_END
