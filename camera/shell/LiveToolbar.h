#import <UIKit/UIKit.h>

#import "shell/Screens.h"

NS_ASSUME_NONNULL_BEGIN

// The buttons below the camera's picture.
@interface LiveToolbar : NSObject

@property(nonatomic, readonly) NSArray<UIBarButtonItem*>* items;
@property(nonatomic) BOOL canTake;
@property(nonatomic) BOOL canPick;

// Called when a picture is to be taken.
@property(nonatomic, copy, nullable) void (^take)(void);

- (instancetype)initWithScreens:(Screens*)screens NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
