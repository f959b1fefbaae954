#pragma once

#import <UIKit/UIControls.h>

NS_ASSUME_NONNULL_BEGIN

@interface UIBarItem : NSObject
@property(nonatomic, getter=isEnabled) BOOL enabled;
@end

@interface UIBarButtonItem : UIBarItem
- (instancetype)initWithPrimaryAction:(nullable UIAction*)primaryAction
    API_AVAILABLE(ios(14.0));
+ (instancetype)flexibleSpaceItem API_AVAILABLE(ios(14.0));
@end

@interface UINavigationItem : NSObject
@property(nullable, nonatomic, strong) UIBarButtonItem* rightBarButtonItem;
@end

NS_ASSUME_NONNULL_END
